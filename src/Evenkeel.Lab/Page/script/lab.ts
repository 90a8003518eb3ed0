// The lab: a panel at a time, chosen by tabs, its state in the address.

import "uplot/dist/uPlot.min.css";
import "../../../Evenkeel.Explanations/Pages/page.css";
import "../lab.css";
import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { call } from "./api.ts";
import { examplePanel } from "./example.ts";
import type { Panel, StudyResult } from "./panel.ts";
import { State } from "./state.ts";
import { studiesPanel } from "./studies.ts";
import { timePanel } from "./time.ts";
import { trainingPanel } from "./training.ts";
import { trapsPanel, type TrapQuestion } from "./traps.ts";
import { valleyPanel } from "./valley.ts";

/** What LabDescription holds. */
export interface Description {
    version: string;
    explanations: Record<string, string>;
    normalizers: Record<string, string>;
    traps: TrapQuestion[];
    studies: StudyResult[];
}

const panels: Record<string, { title: string; create: (state: State, description: Description) => Panel }> = {
    example: { title: "Every number", create: examplePanel },
    time: { title: "Over time", create: timePanel },
    training: { title: "Two runs", create: trainingPanel },
    valley: { title: "The valley", create: valleyPanel },
    traps: { title: "What will happen?", create: trapsPanel },
    studies: { title: "Studies", create: studiesPanel },
};

async function start(): Promise<void> {
    const main = document.querySelector("main")!;
    try {
        show(main, await call<Description>("describe"));
    } catch (error) {
        main.append(html("p", { class: "message", role: "alert" }, (error as Error).message));
    }
}

function show(main: HTMLElement, description: Description): void {
    const content = html("div", { id: "panel", role: "tabpanel", tabindex: -1 });
    const tabs = Object.entries(panels).map(([name, { title }]) => {
        const tab = html("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "panel" }, title);
        tab.addEventListener("click", () => open(new State(name)));
        return [name, tab] as const;
    });
    const tabList = html("div", { class: "tabs", role: "tablist", "aria-label": "panels" }, ...tabs.map(([, tab]) => tab));
    tabList.addEventListener("keydown", event => {
        const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        const focused = tabs.findIndex(([, tab]) => tab === document.activeElement);
        if (by !== 0 && focused >= 0) {
            const [, tab] = tabs[(focused + by + tabs.length) % tabs.length]!;
            tab.focus();
            tab.click();
        }
    });
    let current: Panel | null = null;

    function open(state: State): void {
        current?.close();
        const name = Object.hasOwn(panels, state.panel) ? state.panel : "example";
        for (const [other, tab] of tabs) {
            tab.setAttribute("aria-selected", String(other === name));
            tab.tabIndex = other === name ? 0 : -1;
        }
        content.setAttribute("aria-labelledby", `tab-${name}`);
        history.replaceState(null, "", location.hash.startsWith(`#${name}`) ? location.href : `#${name}`);
        current = panels[name]!.create(state, description);
        content.replaceChildren(current.element);
    }

    main.replaceChildren(
        html("header", { class: "lab-header" }, html("h1", {}, "Evenkeel lab"), html("span", { class: "version" }, description.version)),
        tabList,
        content);
    addEventListener("hashchange", () => open(new State(location.hash)));
    open(new State(location.hash));
}

void start();
