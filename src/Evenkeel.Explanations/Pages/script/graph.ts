// The graph of a computation, stepped forwards and backwards.

import { html, svg } from "./dom.ts";
import type { Explanation, GraphNode, Section, Step } from "./explanation.ts";
import { formula } from "./formula.ts";
import { quantityView } from "./grid.ts";
import type { Selection } from "./selection.ts";

const columnWidth = 84, rowHeight = 70, radius = 21;

interface Place {
    column: number;
    row: number;
}

interface GraphStep {
    step: Step;
    isBackward: boolean;
    label: string;
}

/** The graph with buttons that step through forward and backward pass, and the numbers of the current step. */
export function graphView(
    explanation: Explanation, selection: Selection, start = 0, onStep: (step: number) => void = () => {}): HTMLElement {
    const steps = [...stepsOf(explanation, "Forward"), ...stepsOf(explanation, "Backward")];
    const drawing = new GraphDrawing(explanation.graph);
    const details = html("div", { class: "current", "aria-live": "polite" });
    const back = html("button", { type: "button" }, "◀ back"), next = html("button", { type: "button" }, "next ▶");
    const slider = html("input", { type: "range", min: 0, max: steps.length - 1, value: 0, "aria-label": "step" });
    let current = 0;
    let shown = new AbortController();
    const frame = html("div", { class: "wide", tabindex: 0, role: "group", "aria-label": "graph" }, drawing.element);
    const show = (index: number) => {
        current = Math.min(Math.max(index, 0), steps.length - 1);
        const { step, isBackward, label } = steps[current]!;
        frame.scrollLeft = drawing.show(steps, current) * frame.scrollWidth - frame.clientWidth / 2;
        slider.value = String(current);
        slider.setAttribute("aria-valuetext", label);
        back.disabled = current === 0;
        next.disabled = current === steps.length - 1;
        details.className = isBackward ? "current backward" : "current forward";
        shown.abort();
        shown = new AbortController();
        details.replaceChildren(...stepContent(step, label, selection, shown.signal));
        onStep(current);
    };
    back.addEventListener("click", () => show(current - 1));
    next.addEventListener("click", () => show(current + 1));
    slider.addEventListener("input", () => show(Number(slider.value)));
    drawing.onSelect(node => {
        const isBackward = steps[current]!.isBackward;
        const found = steps.findIndex(({ step, isBackward: back }) => step.node === node && back === isBackward);
        show(found < 0 ? steps.findIndex(({ step }) => step.node === node) : found);
    });
    show(start);
    return html(
        "section", { class: "graph-section", "aria-labelledby": "graph-title" },
        html("h2", { id: "graph-title" }, "Step through the graph"),
        html("p", {}, "Blue: what the forward pass has computed. Orange: where the gradient has come back through."),
        frame,
        html("div", { class: "controls" }, back, slider, next),
        details);
}

/** Title, formulas, example and numbers of a step. */
export function stepContent(step: Step, label: string, selection: Selection, signal?: AbortSignal): HTMLElement[] {
    const example = html("p", { class: "example" });
    if (step.examples.length > 0) {
        const axis = step.quantities[0]?.axis;
        const update = () => {
            const text = step.examples[axis && selection.isPossible ? selection.indexIn(axis) : 0] ?? "";
            example.replaceChildren(html("span", { class: "which" }, "with numbers: "), text);
        };
        selection.onChange(update, signal);
    }
    return [
        html("h3", {}, html("span", { class: "label" }, label), ` ${step.title}`),
        ...(step.text ? [html("p", {}, step.text)] : []),
        ...step.formulas.map(one => formula(one, true)),
        ...(step.examples.length > 0 ? [example] : []),
        ...step.quantities.map(quantity => quantityView(quantity, selection, signal)),
    ];
}

function stepsOf(explanation: Explanation, kind: Section["kind"]): GraphStep[] {
    const steps = explanation.sections.find(section => section.kind === kind)?.steps ?? [];
    return steps.map((step, i) => ({ step, isBackward: kind === "Backward", label: `${kind.toLowerCase()} ${i + 1} of ${steps.length}:` }));
}

class GraphDrawing {
    readonly element: SVGSVGElement;
    private readonly places: Place[];
    private readonly columns: number;
    private readonly groups: SVGGElement[];
    private readonly edges: { from: number; to: number; line: SVGPathElement }[] = [];
    private select: (node: number) => void = () => {};

    constructor(private readonly nodes: readonly GraphNode[]) {
        const places = this.places = layout(nodes);
        const columns = this.columns = Math.max(...places.map(place => place.column)) + 1, rows = Math.max(...places.map(place => place.row)) + 1;
        const width = columns * columnWidth, height = rows * rowHeight;
        this.element = svg("svg", {
            class: "graph", viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
            "aria-label": `graph of ${nodes.length} nodes from x to y`,
        });
        const center = ({ column, row }: Place) => ({ x: (column + 0.5) * columnWidth, y: (row + 0.5) * rowHeight });
        nodes.forEach((node, to) => node.operands.forEach(from => {
            const a = center(places[from]!), b = center(places[to]!);
            const line = svg("path", { class: "edge", d: edgePath(a, b) });
            this.edges.push({ from, to, line });
            this.element.append(line);
        }));
        this.groups = nodes.map((node, i) => {
            const { x, y } = center(places[i]!);
            const group = svg(
                "g", { class: `node ${node.axis}`, transform: `translate(${x} ${y})` },
                svg("circle", { r: radius }),
                svg("text", { "text-anchor": "middle", dy: "0.35em", class: node.symbol.text.length > 3 ? "long" : undefined }, node.symbol.text));
            group.addEventListener("click", () => this.select(i));
            this.element.append(group);
            return group;
        });
    }

    onSelect(listener: (node: number) => void): void {
        this.select = listener;
    }

    /** Shows what is computed and differentiated after a step; returns how far from the left the current node is, from 0 to 1. */
    show(steps: readonly GraphStep[], current: number): number {
        const done = steps.slice(0, current + 1);
        const computed = new Set(done.filter(({ isBackward }) => !isBackward).map(({ step }) => step.node));
        const differentiated = new Set(done.filter(({ isBackward }) => isBackward).map(({ step }) => step.node));
        this.groups.forEach((group, i) => {
            const isInput = this.nodes[i]!.operands.length === 0;
            group.classList.toggle("computed", isInput || computed.has(i));
            group.classList.toggle("differentiated", differentiated.has(i));
            group.classList.toggle("current", steps[current]!.step.node === i);
        });
        for (const { to, line } of this.edges) {
            line.classList.toggle("computed", computed.has(to));
            line.classList.toggle("differentiated", differentiated.has(to));
            line.classList.toggle("current", steps[current]!.step.node === to);
        }
        return (this.places[steps[current]!.step.node ?? 0]!.column + 0.5) / this.columns;
    }
}

/** Elements in the middle row, statistics below, parameters above the operation that takes them. */
function layout(nodes: readonly GraphNode[]): Place[] {
    const columns: number[] = [];
    nodes.forEach((node, i) => {
        columns[i] = node.operands.length === 0 ? 0 : Math.max(...node.operands.map(operand => columns[operand]!)) + 1;
    });
    const users = (i: number) => nodes.flatMap((node, j) => (node.operands.includes(i) ? [j] : []));
    const taken = new Set<string>();
    return nodes.map((node, i) => {
        const isParameter = node.operands.length === 0 && i > 0;
        const column = isParameter ? columns[users(i)[0]!]! : columns[i]!;
        const servesStatistics = users(i).length > 0 && users(i).every(user => nodes[user]!.axis === "set");
        let row = isParameter ? 0 : node.axis === "set" || (servesStatistics && i > 0) ? 2 : 1;
        while (taken.has(`${column},${row}`)) {
            row++;
        }
        taken.add(`${column},${row}`);
        return { column, row };
    });
}

function edgePath(a: { x: number; y: number }, b: { x: number; y: number }): string {
    const distance = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const ux = (b.x - a.x) / distance, uy = (b.y - a.y) / distance;
    const [x1, y1, x2, y2] = [a.x + ux * radius, a.y + uy * radius, b.x - ux * radius, b.y - uy * radius];
    // A long edge in one row would cross the nodes between.
    const bend = a.y === b.y && b.x - a.x > columnWidth * 1.5 ? -rowHeight * 0.42 : 0;
    return bend === 0 ? `M${x1} ${y1}L${x2} ${y2}` : `M${x1} ${y1}Q${(x1 + x2) / 2} ${(y1 + y2) / 2 + 2 * bend} ${x2} ${y2}`;
}
