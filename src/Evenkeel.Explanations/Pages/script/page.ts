// The page of an explanation, built from the JSON inside it.

import "../page.css";
import { html } from "./dom.ts";
import { parseExplanation, type Explanation } from "./explanation.ts";
import { graphView } from "./graph.ts";
import { followBar, sectionView, setsView } from "./sections.ts";
import { Selection } from "./selection.ts";

const explanation = parseExplanation(document.getElementById("explanation")!.textContent!);
const selection = new Selection(explanation);
document.querySelector("main")!.replaceChildren(
    html("h1", {}, explanation.title),
    html("p", { class: "claim" }, explanation.summary),
    ...(selection.isPossible ? [setsView(explanation.sets, selection), followBar(explanation.sets[0]!, selection)] : []),
    ...(explanation.graph.length > 0 ? [graphView(explanation, selection)] : []),
    ...explanation.sections.map((section, i) => sectionView(section, i, selection)),
    footer(explanation));

// For those who wait until all is there.
document.documentElement.dataset.drawn = "";

function footer({ study, documentation }: Explanation): HTMLElement {
    return html(
        "footer", {},
        study ? html("p", {}, "On real data: ", html("code", {}, `evenkeel study ${study}`)) : null,
        html("p", {}, "More: ", html("code", {}, documentation)));
}
