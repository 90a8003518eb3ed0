// What the studies found on real data: each claim with its verdict.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import type { Description } from "./lab.ts";
import type { Panel, StudyResult } from "./panel.ts";
import type { State } from "./state.ts";

/** The panel; the study that the address names is shown opened. */
export function studiesPanel(state: State, { studies }: Description): Panel {
    const named = state.text("name", "");
    const count = (verdict: string) => studies.filter(study => study.verdict === verdict).length;
    const element = html(
        "div", {},
        html("h2", {}, "What the studies found"),
        html(
            "p", {}, "The other panels show how normalization works. Whether it matters is tested on real data: each study has one claim, and a rule ",
            `that was set before the run. ${studies.length} claims: ${count("holds")} hold, ${count("not shown")} not shown, ${count("does not hold")} `,
            `${count("does not hold") === 1 ? "does" : "do"} not hold. `, "A command runs a study again and writes its report with charts."),
        ...studies.map(study => studyView(study, study.name === named)));
    requestAnimationFrame(() => element.querySelector("details[open]")?.scrollIntoView({ block: "start" }));
    return { element, close: () => {} };
}

function studyView(study: StudyResult, isOpen: boolean): HTMLElement {
    return html(
        "details", { class: "study-result", open: isOpen },
        html("summary", {}, html("span", { class: "verdict" }, study.verdict), " ", study.claim),
        html("p", {}, html("strong", {}, "Source: "), study.source),
        html("p", {}, html("strong", {}, "Measured: "), study.result),
        html("pre", { tabindex: 0 }, html("code", {}, `evenkeel study ${study.name}`)));
}
