// Small charts of lines over steps.

import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { html, svg } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { short } from "../../../Evenkeel.Explanations/Pages/script/numbers.ts";

const height = 170, margin = { left: 46, right: 8, top: 8, bottom: 22 };

/** A chart of numbers per step, with a mark where the data change. */
export function lineChart(title: string, change: number, lines: readonly [string, readonly number[]][]): HTMLElement {
    // Drawn for the width of the page, so that its numbers have the size of text.
    const width = Math.max(300, Math.min(964, document.documentElement.clientWidth - 36));
    const count = lines[0]![1].length;
    const finite = lines.flatMap(([, values]) => values.filter(Number.isFinite)).sort((a, b) => a - b);
    // Batches of two have outliers that would flatten everything else.
    const inner = finite.slice(Math.floor(finite.length * 0.01), Math.ceil(finite.length * 0.99));
    const [low = 0, high = 1] = extent(inner);
    const x = scaleLinear().domain([0, Math.max(1, count - 1)]).range([margin.left, width - margin.right]);
    const y = scaleLinear().domain([Math.min(0, low), high]).nice().range([height - margin.bottom, margin.top]);
    const path = line<number>().defined(Number.isFinite).x((_, i) => x(i)).y(value => Math.max(0, Math.min(height, y(value))));
    return html(
        "figure", { class: "line-chart" },
        html(
            "figcaption", {}, html("strong", {}, title), ...lines.map(([name]) =>
                html("span", { class: `key ${name}` }, name))),
        svg(
            "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title} over ${count} steps: ${lines.map(([name]) => name).join(", ")}` },
            ...y.ticks(4).flatMap(tick => [
                svg("line", { class: "tick", x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick) }),
                svg("text", { x: margin.left - 6, y: y(tick) + 4, "text-anchor": "end" }, short(tick)),
            ]),
            ...x.ticks(width / 110).map(tick => svg("text", { x: x(tick), y: height - 5, "text-anchor": "middle" }, String(tick))),
            svg("line", { class: "change", x1: x(change), x2: x(change), y1: margin.top, y2: height - margin.bottom }),
            ...lines.map(([name, values]) => svg("path", { class: `line ${name}`, d: path([...values]) ?? "" }))));
}
