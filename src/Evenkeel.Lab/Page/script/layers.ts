// What happens in the hidden layers of a run: distributions, gradients, γ and running statistics.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import type { LayerFrame, RunFrame } from "./history.ts";

const rowHeight = 34, histogramWidth = 132, barWidth = 80;

/** The chart of a run's hidden layers, a row per layer. */
export class LayerCharts {
    readonly element: HTMLElement;
    private readonly rows: LayerRow[] = [];
    private readonly body = html("tbody");

    constructor(private readonly run: string) {
        const table = html(
            "table", { class: "layers", "aria-label": `hidden layers of the ${run} run` },
            html("thead", {}, html(
                "tr", {}, ...["layer", "input of the activation, −4 to 4", "slope ≈ 0", "gradient, 10⁻⁸ to 1", "γ: mean (range)", "running mean ± deviation"].map(text => html("th", { scope: "col" }, text)))),
            this.body);
        this.element = html("div", { class: "wide", tabindex: 0, role: "group", "aria-label": `layers of the ${run} run` }, table);
    }

    draw({ layers }: RunFrame): void {
        while (this.rows.length < layers.length) {
            const row = new LayerRow(this.rows.length + 1, this.run);
            this.rows.push(row);
            this.body.append(row.element);
        }
        while (this.rows.length > layers.length) {
            this.rows.pop()!.element.remove();
        }
        layers.forEach((layer, i) => this.rows[i]!.draw(layer));
    }
}

class LayerRow {
    readonly element: HTMLElement;
    private readonly histogram: HTMLCanvasElement;
    private readonly bar: HTMLCanvasElement;
    private readonly inactive = html("td", { class: "figure" });
    private readonly weight = html("td", { class: "figure" });
    private readonly running = html("td", { class: "figure" });

    constructor(number: number, private readonly run: string) {
        this.histogram = canvas(histogramWidth, `distribution of the input of activation ${number}, ${run} run`);
        this.bar = canvas(barWidth, `gradient of layer ${number}, ${run} run`);
        this.element = html(
            "tr", {}, html("th", { scope: "row" }, String(number)), html("td", {}, this.histogram), this.inactive, html("td", {}, this.bar),
            this.weight, this.running);
    }

    draw(layer: LayerFrame): void {
        const color = getComputedStyle(document.documentElement).getPropertyValue(this.run === "first" ? "--forward" : "--backward").trim();
        const muted = getComputedStyle(document.documentElement).getPropertyValue("--rule").trim();
        drawHistogram(context(this.histogram), layer.counts, color, muted);
        drawBar(context(this.bar), layer.gradient, color, muted);
        this.inactive.textContent = `${Math.round(layer.inactive * 100)} %`;
        this.weight.textContent = layer.weight === null ? "–" : `${two(layer.weight[1])} (${two(layer.weight[0])} to ${two(layer.weight[2])})`;
        this.running.textContent = layer.runningMean === null ? "–" : `${two(layer.runningMean)} ± ${two(layer.runningDeviation!)}`;
    }
}

/** A number with two decimals at most. */
function two(value: number): string {
    return (Math.abs(value) < 100 ? value.toFixed(2) : value.toExponential(1)).replaceAll("-", "−");
}

function canvas(width: number, label: string): HTMLCanvasElement {
    const scale = devicePixelRatio || 1;
    const element = html("canvas", { width: width * scale, height: rowHeight * scale, role: "img", "aria-label": label });
    element.style.width = `${width}px`;
    element.style.height = `${rowHeight}px`;
    element.getContext("2d")!.scale(scale, scale);
    return element;
}

function context(element: HTMLCanvasElement): CanvasRenderingContext2D {
    return element.getContext("2d")!;
}

function drawHistogram(drawing: CanvasRenderingContext2D, counts: readonly number[], color: string, muted: string): void {
    drawing.clearRect(0, 0, histogramWidth, rowHeight);
    const largest = Math.max(1, ...counts), width = histogramWidth / counts.length;
    drawing.fillStyle = color;
    counts.forEach((count, i) => {
        const height = count / largest * (rowHeight - 2);
        drawing.fillRect(i * width, rowHeight - height, Math.max(1, width - 1), height);
    });
    drawing.fillStyle = muted;
    drawing.fillRect(histogramWidth / 2, 0, 1, rowHeight);
}

/** A bar as long as the logarithm of the gradient, from 10⁻⁸ to 1. */
function drawBar(drawing: CanvasRenderingContext2D, gradient: number, color: string, muted: string): void {
    drawing.clearRect(0, 0, barWidth, rowHeight);
    drawing.fillStyle = muted;
    for (let power = -8; power <= 0; power += 2) {
        drawing.fillRect((power + 8) / 8 * (barWidth - 1), rowHeight - 5, 1, 5);
    }
    const length = Math.min(1, Math.max(0, (Math.log10(gradient) + 8) / 8));
    drawing.fillStyle = color;
    drawing.fillRect(0, 8, (Number.isFinite(length) ? length : 0) * barWidth, rowHeight - 16);
}
