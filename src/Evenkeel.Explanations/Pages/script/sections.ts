// The parts of an explanation below one another.

import { cubeView } from "./cube.ts";
import { html } from "./dom.ts";
import type { Section, SetPicture } from "./explanation.ts";
import { stepContent } from "./graph.ts";
import type { Selection } from "./selection.ts";

/** The blocks of cubes of all methods. */
export function setsView(sets: readonly SetPicture[], selection: Selection): HTMLElement {
    return html(
        "section", { "aria-labelledby": "sets-title" },
        html("h2", { id: "sets-title" }, "Which elements share statistics"),
        html("p", {}, "Each cube is a number of the input, a block per sample; channels stand side by side. The coloured cubes share mean and variance with the marked one."),
        html("div", { class: "cubes" }, ...sets.map(picture => cubeView(picture, selection))));
}

/** Says which element is followed, and moves to its neighbours. */
export function followBar(picture: SetPicture, selection: Selection): HTMLElement {
    const shape = picture.shape, axes = shape.length === 2 ? ["n", "d"] : ["n", "c", ...(shape.length === 3 ? ["l"] : ["h", "w"])];
    const text = html("span", { "aria-live": "polite" });
    const move = (by: number, label: string) => {
        const button = html("button", { type: "button", "aria-label": label }, by < 0 ? "◀" : "▶");
        button.addEventListener("click", () => selection.select(selection.element + by));
        return button;
    };
    selection.onChange(() => {
        let rest = selection.element;
        const indices = shape.map((_, i) => {
            const inner = shape.slice(i + 1).reduce((product, length) => product * length, 1);
            const index = Math.floor(rest / inner);
            rest %= inner;
            return `${axes[i]} = ${index}`;
        });
        text.textContent = `Following the element ${indices.join(", ")}`;
    });
    return html(
        "div", { class: "follow" },
        text, move(-1, "previous element"), move(1, "next element"), html("span", { class: "hint" }, "or click any number below"));
}

/** A part of an explanation with all its steps. */
export function sectionView(section: Section, index: number, selection: Selection): HTMLElement {
    const isNumbered = section.kind === "Forward" || section.kind === "Backward";
    return html(
        "section", { "aria-labelledby": `section-${index}`, class: section.kind.toLowerCase() },
        html("h2", { id: `section-${index}` }, section.title),
        section.text ? html("p", {}, section.text) : null,
        html("div", { class: "steps" }, ...section.steps.map((step, i) =>
            html("article", { class: "step" }, ...stepContent(step, isNumbered ? `${i + 1}.` : "", selection)))));
}
