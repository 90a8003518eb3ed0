// The page of an explanation, built from the JSON inside it.

import "katex/dist/katex.css";
import "../page.css";
import { cubeView } from "./cube.ts";
import { html } from "./dom.ts";
import { parseExplanation, type Explanation, type Section } from "./explanation.ts";
import { graphView, stepContent } from "./graph.ts";
import { Selection } from "./selection.ts";

const explanation = parseExplanation(document.getElementById("explanation")!.textContent!);
const selection = new Selection(explanation);
document.querySelector("main")!.replaceChildren(
    html("h1", {}, explanation.title),
    html("p", { class: "claim" }, explanation.summary),
    ...(selection.isPossible ? [setsView(explanation), followBar(explanation)] : []),
    ...(explanation.graph.length > 0 ? [graphView(explanation, selection)] : []),
    ...explanation.sections.map(sectionView),
    footer(explanation));

function setsView({ sets }: Explanation): HTMLElement {
    return html(
        "section", { "aria-labelledby": "sets-title" },
        html("h2", { id: "sets-title" }, "Which elements share statistics"),
        html("p", {}, "Each cube is a number of the input, a block per sample; channels stand side by side. The coloured cubes share mean and variance with the marked one."),
        html("div", { class: "cubes" }, ...sets.map(picture => cubeView(picture, selection))));
}

function followBar({ sets }: Explanation): HTMLElement {
    const shape = sets[0]!.shape, axes = shape.length === 2 ? ["n", "d"] : ["n", "c", ...(shape.length === 3 ? ["l"] : ["h", "w"])];
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

function sectionView(section: Section, index: number): HTMLElement {
    const isNumbered = section.kind === "Forward" || section.kind === "Backward";
    return html(
        "section", { "aria-labelledby": `section-${index}`, class: section.kind.toLowerCase() },
        html("h2", { id: `section-${index}` }, section.title),
        section.text ? html("p", {}, section.text) : null,
        html("div", { class: "steps" }, ...section.steps.map((step, i) =>
            html("article", { class: "step" }, ...stepContent(step, isNumbered ? `${i + 1}.` : "", selection)))));
}

function footer({ study, documentation }: Explanation): HTMLElement {
    return html(
        "footer", {},
        study ? html("p", {}, "On real data: ", html("code", {}, `evenkeel study ${study}`)) : null,
        html("p", {}, "More: ", html("code", {}, documentation)));
}
