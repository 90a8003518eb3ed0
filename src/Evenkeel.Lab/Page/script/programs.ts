// What the page shows as a program of its own: C#, PyTorch and the command.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { call } from "./api.ts";
import { button } from "./controls.ts";

/** What LabProgram holds. */
interface Programs {
    cSharp: string | null;
    pyTorch: string | null;
    command: string | null;
    file: string | null;
}

/** A folded part that writes the programs when it is opened, and again by update() as long as it is open. */
export function programsView(name: string, operation: string, request: () => unknown): { element: HTMLElement; update: () => void } {
    const content = html("div");
    const view = html("details", {}, html("summary", {}, "Take it with you"), content);
    const update = () => {
        if (view.open) {
            void call<Programs>(operation, request()).then(program => content.replaceChildren(
                code(`C#, ${name}`, program.cSharp, "This takes more than a short program; its steps are above."),
                code(`PyTorch, ${name}`, program.pyTorch, "PyTorch has no layer that does this."),
                code(`command, ${name}`, program.command, "The command has no options for this."),
                ...(program.file ? [code(`x.json, ${name}`, program.file, "")] : [])));
        }
    };
    view.addEventListener("toggle", update);
    return { element: view, update };
}

function code(title: string, text: string | null, missing: string): HTMLElement {
    if (text === null) {
        return html("p", { class: "study" }, missing);
    }
    const copy = button("copy", () => void navigator.clipboard.writeText(text).then(() => {
        copy.textContent = "copied";
    }), `copy ${title}`);
    return html("div", { class: "program" }, html("h3", {}, title.split(",")[0]!, " ", copy), html("pre", { tabindex: 0 }, html("code", {}, text)));
}
