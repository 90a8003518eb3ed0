// Traps: what will happen? First the reader's guess, then the run.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { call } from "./api.ts";
import { button } from "./controls.ts";
import type { Description } from "./lab.ts";
import { messageLine, studyNote, type Panel, type StudyResult } from "./panel.ts";
import { programsView } from "./programs.ts";
import type { State } from "./state.ts";

/** What TrapQuestion holds. */
export interface TrapQuestion {
    name: string;
    question: string;
    choices: string[];
}

interface TrapOutcome {
    right: number;
    sights: { what: string; value: string }[];
    reason: string;
    study: string | null;
}

/** The panel. */
export function trapsPanel(_: State, description: Description): Panel {
    return {
        element: html(
            "div", {},
            html("h2", {}, "What will happen?"),
            html("p", {}, "Each question is answered by a run in the library, here and now. Guess first."),
            ...description.traps.map((trap, index) => trapView(trap, index, description.studies))),
        close: () => {},
    };
}

function trapView(trap: TrapQuestion, index: number, studies: StudyResult[]): HTMLElement {
    const message = messageLine();
    const outcome = html("div", { class: "outcome", "aria-live": "polite" });
    const choices = trap.choices.map((text, i) => {
        const box = html("input", { type: "radio", name: trap.name, value: i });
        box.addEventListener("change", () => {
            run.disabled = false;
        });
        return { box, element: html("label", { class: "trap-choice" }, box, html("span", {}, text)) };
    });
    const run = button("try it", () => void message.run(async () => {
        run.disabled = true;
        run.textContent = "running…";
        try {
            const result = await call<TrapOutcome>("trap", { name: trap.name });
            const guess = choices.findIndex(({ box }) => box.checked);
            choices.forEach(({ element }, i) => element.classList.toggle("right", i === result.right));
            outcome.replaceChildren(...answer(result, guess, trap, studies));
        } finally {
            run.textContent = "try it again";
            run.disabled = false;
        }
    }));
    run.disabled = true;
    return html(
        "section", { class: "trap", "aria-labelledby": `trap-${index}` },
        html("h3", { id: `trap-${index}` }, trap.question),
        html("div", { role: "radiogroup", "aria-labelledby": `trap-${index}` }, ...choices.map(({ element }) => element)),
        run,
        message.element,
        outcome);
}

function answer(result: TrapOutcome, guess: number, trap: TrapQuestion, studies: StudyResult[]): HTMLElement[] {
    return [
        html("p", { class: "result" }, guess === result.right ? "Correct." : `You expected: ${trap.choices[guess]} Answer: ${trap.choices[result.right]}`),
        html("table", { class: "sights" }, html("tbody", {}, ...result.sights.map(({ what, value }) =>
            html("tr", {}, html("th", { scope: "row" }, what), html("td", {}, value.replace(/-(?=\d)/g, "−")))))),
        html("p", {}, result.reason),
        ...(result.study === null ? [] : [studyNote(studies.find(study => study.name === result.study)!.claim, result.study, studies)]),
        programsView(trap.name, "trap-program", () => ({ name: trap.name })).element,
    ];
}
