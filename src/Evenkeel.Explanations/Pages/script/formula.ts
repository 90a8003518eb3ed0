import katex from "katex";
import "katex/dist/katex.css";
import { html } from "./dom.ts";
import type { Formula } from "./explanation.ts";

/** A formula, typeset, with MathML for screen readers. */
export function formula({ tex }: Formula, isBlock = false): HTMLElement {
    const element = html(isBlock ? "div" : "span", { class: isBlock ? "formula block" : "formula" });
    // Not in display mode, in which lines are never broken.
    katex.render(isBlock ? `\\displaystyle ${tex}` : tex, element, { throwOnError: true });
    return element;
}
