// The elements of an input as cubes: a block per sample with the axes C and H·W; those of one set stand out.

import { svg, html } from "./dom.ts";
import type { SetPicture } from "./explanation.ts";
import type { Selection } from "./selection.ts";

const gap = 0.18;

// The depth of a cube, and how much higher each sample stands than the one before it, as fractions of a cube's side.
const depth = { x: 0.42, y: 0.26 };
const rise = 0.45;

/** The block of an input for one method; the set of the selected element stands out. */
export function cubeView(picture: SetPicture, selection: Selection): HTMLElement {
    const [samples = 1, channels = 1] = picture.shape;
    const places = picture.setOf.length / samples / channels;
    const columns = samples * (channels + 0.7);
    const size = Math.max(8, Math.min(26, 190 / columns, 150 / (places + samples * rise)));
    const step = size * (1 + gap), between = (channels + 0.7) * step;
    const margin = { left: 34, top: 10, bottom: 24, right: 12 };
    const width = columns * step, height = (places + (samples - 1) * rise + depth.y) * step;
    const sets = Math.max(...picture.setOf) + 1;
    const label = `${picture.method} normalization: ${sets} ${sets === 1 ? "set" : "sets"} of ${picture.setOf.length / sets} elements`;
    const drawing = svg("svg", {
        class: "cube", role: "img", "aria-label": label,
        viewBox: `0 0 ${width + margin.left + margin.right} ${height + margin.top + margin.bottom}`,
        width: width + margin.left + margin.right,
    });
    const cells: { element: number; group: SVGGElement }[] = [];
    // From the back to the front.
    for (let n = samples - 1; n >= 0; n--) {
        for (let p = places - 1; p >= 0; p--) {
            for (let c = 0; c < channels; c++) {
                const x = margin.left + n * between + c * step;
                const y = margin.top + (p + (samples - 1 - n) * rise + depth.y) * step;
                const element = (n * channels + c) * places + p;
                const group = cube(x, y, size);
                group.append(svg("title", {}, `n=${n}, c=${c}, place ${p}: set ${picture.setOf[element]! + 1} of ${sets}`));
                group.addEventListener("click", () => selection.select(element));
                cells.push({ element, group });
                drawing.append(group);
            }
        }
    }
    drawing.append(
        svg("text", { x: margin.left - 8, y: margin.top + height - places * step / 2, "text-anchor": "end" }, "H·W"),
        ...Array.from({ length: samples }, (_, n) => svg(
            "text", { x: margin.left + n * between + channels * step / 2, y: margin.top + height - n * rise * step + 16, "text-anchor": "middle" },
            `n=${n}`)));
    selection.onChange(() => {
        const current = picture.setOf[selection.element];
        for (const { element, group } of cells) {
            group.classList.toggle("in-set", picture.setOf[element] === current);
            group.classList.toggle("selected", element === selection.element);
        }
    });
    return html("figure", {}, drawing, html("figcaption", {}, html("strong", {}, `${picture.method} normalization`), ` ${sets} ${sets === 1 ? "set" : "sets"}`));
}

function cube(x: number, y: number, size: number): SVGGElement {
    const dx = size * depth.x, dy = size * depth.y;
    const face = (kind: string, points: [number, number][]) => svg("polygon", { class: kind, points: points.map(point => point.join(",")).join(" ") });
    return svg(
        "g", { class: "cell" },
        face("top", [[x, y], [x + dx, y - dy], [x + size + dx, y - dy], [x + size, y]]),
        face("side", [[x + size, y], [x + size + dx, y - dy], [x + size + dx, y + size - dy], [x + size, y + size]]),
        face("front", [[x, y], [x + size, y], [x + size, y + size], [x, y + size]]));
}
