// The numbers of a quantity as tables: images side by side, tables by rows, vectors in a row.

import { html } from "./dom.ts";
import type { Quantity } from "./explanation.ts";
import { exact, formatAll, short } from "./numbers.ts";
import { formula } from "./formula.ts";
import type { Selection } from "./selection.ts";

/** A quantity with its symbol, shape, numbers, and how far the library's numbers are from them. */
export function quantityView(quantity: Quantity, selection: Selection, signal?: AbortSignal): HTMLElement {
    const shape = quantity.axes.map((axis, i) => `${axis} = ${quantity.shape[i]}`).join(", ");
    // Cells that cannot be selected do not take the focus, by which the keyboard would scroll.
    const isScrollable = quantity.shape.length > 1 && (quantity.axis === undefined || !selection.isPossible);
    return html(
        "div", { class: "quantity" },
        html(
            "p", { class: "name" },
            formula(quantity.symbol),
            shape ? html("span", { class: "shape" }, `[${shape}]`) : null,
            html("span", { class: "meaning" }, quantity.meaning)),
        html("div", { class: "numbers", tabindex: isScrollable ? 0 : undefined }, ...tables(quantity, selection, signal)),
        libraryNote(quantity));
}

function libraryNote(quantity: Quantity): HTMLElement | null {
    const difference = quantity.libraryDifference;
    if (difference === undefined) {
        return null;
    }
    const text = difference === 0 ? "the library gives the same numbers" : `the library: at most ${short(difference)} away`;
    return html("p", { class: "library" }, text);
}

function tables(quantity: Quantity, selection: Selection, signal?: AbortSignal): HTMLElement[] {
    const texts = formatAll(quantity.values, quantity.isLogarithmic);
    const largest = Math.max(...quantity.values.filter(Number.isFinite).map(Math.abs));
    const digits = Math.max(...texts.map(text => text.length));
    const cell = (index: number) => numberCell(quantity, index, texts[index] ?? "", digits, largest, selection, signal);
    const label = `${quantity.symbol.text}, ${quantity.meaning}`;
    if (quantity.shape.length <= 1) {
        return [html("table", { class: "vector", "aria-label": label }, html("tr", {}, ...quantity.values.map((_, i) => cell(i))))];
    }
    if (quantity.shape.length === 2) {
        return [table(quantity, label, cell)];
    }
    return images(quantity, label, cell);
}

function table(quantity: Quantity, label: string, cell: (index: number) => HTMLElement): HTMLElement {
    const [rows = 0, columns = 0] = quantity.shape;
    const [row = "", column = ""] = quantity.axes.map(axis => axis.toLowerCase());
    return html(
        "table", { "aria-label": label },
        html("thead", {}, html("tr", {}, html("td"), ...range(columns).map(d => html("th", { scope: "col" }, `${column}=${d}`)))),
        html("tbody", {}, ...range(rows).map(n => html(
            "tr", {}, html("th", { scope: "row" }, `${row}=${n}`), ...range(columns).map(d => cell(n * columns + d))))));
}

function images(quantity: Quantity, label: string, cell: (index: number) => HTMLElement): HTMLElement[] {
    // γ of layer normalization has no axis of samples: it is one image.
    const hasSamples = quantity.axes[0] === "N";
    const lengths = hasSamples ? quantity.shape : [1, ...quantity.shape];
    const [samples = 1, channels = 1, ...places] = lengths;
    const rows = places.length === 2 ? places[0]! : 1, columns = places.at(-1)!;
    return range(samples).map(n => html("div", { class: "sample" }, ...range(channels).map(c => {
        const name = hasSamples ? `n=${n}, c=${c}` : `c=${c}`;
        const start = (n * channels + c) * rows * columns;
        return html(
            "table", { class: "image", "aria-label": `${label}, ${name}` },
            html("caption", {}, name),
            html("tbody", {}, ...range(rows).map(h => html("tr", {}, ...range(columns).map(w => cell(start + h * columns + w))))));
    })));
}

function numberCell(quantity: Quantity, index: number, text: string, digits: number, largest: number, selection: Selection, signal?: AbortSignal): HTMLElement {
    const value = quantity.values[index] ?? NaN;
    const library = quantity.library?.[index];
    const title = library === undefined ? exact(value) : `${exact(value)}; library ${exact(library)}`;
    const cell = html("td", { class: "number", title });
    cell.style.setProperty("--strength", String(largest > 0 && Number.isFinite(value) ? Math.abs(value) / largest : 0));
    cell.style.setProperty("--digits", String(digits));
    cell.classList.add(value < 0 ? "negative" : "positive");
    const axis = quantity.axis;
    if (axis === undefined || !selection.isPossible) {
        cell.append(text);
        return cell;
    }
    const button = html("button", { type: "button" }, text);
    button.addEventListener("click", () => selection.selectBy(axis, index));
    cell.append(button);
    selection.onChange(() => {
        const highlight = selection.highlight(axis, index);
        cell.classList.toggle("selected", highlight === "element");
        cell.classList.toggle("in-set", highlight === "set");
        button.setAttribute("aria-pressed", String(highlight === "element"));
    }, signal);
    return cell;
}

function range(length: number): number[] {
    return Array.from({ length }, (_, i) => i);
}
