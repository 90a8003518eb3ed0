// Labelled controls.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";

export interface Control<T> {
    element: HTMLElement;
    value: T;
}

/** A choice among names, each with a label. */
export function choice(label: string, options: Record<string, string>, value: string, onChange: () => void): Control<string> {
    const select = html("select", {}, ...Object.entries(options).map(([name, text]) => html("option", { value: name }, text)));
    select.value = Object.hasOwn(options, value) ? value : Object.keys(options)[0]!;
    select.addEventListener("change", onChange);
    return {
        element: html("label", { class: "control" }, html("span", {}, label), select),
        get value() {
            return select.value;
        },
        set value(next) {
            select.value = next;
        },
    };
}

let dials = 0;

/** A slider over values, from which the middle one is as easy to reach as the ends. */
export function dial(
    label: string, values: readonly number[], value: number, format: (value: number) => string, onChange: () => void): Control<number> {
    const nearest = (wanted: number) => values.reduce((best, other, i) =>
        Math.abs(other - wanted) < Math.abs(values[best]! - wanted) ? i : best, 0);
    // Named explicitly: the label would otherwise be that of the output inside it.
    const id = `dial-${dials++}`;
    const slider = html("input", { id, type: "range", min: 0, max: values.length - 1, value: nearest(value) });
    const shown = html("output");
    const show = () => {
        shown.textContent = format(values[slider.valueAsNumber]!);
        slider.setAttribute("aria-valuetext", shown.textContent);
    };
    slider.addEventListener("input", () => {
        show();
        onChange();
    });
    show();
    return {
        element: html("label", { class: "control", for: id }, html("span", {}, label, " ", shown), slider),
        get value() {
            return values[slider.valueAsNumber]!;
        },
        set value(next) {
            slider.value = String(nearest(next));
            show();
        },
    };
}

/** A check box. */
export function check(label: string, value: boolean, onChange: () => void): Control<boolean> {
    const box = html("input", { type: "checkbox" });
    box.checked = value;
    box.addEventListener("change", onChange);
    return {
        element: html("label", { class: "control check" }, box, html("span", {}, label)),
        get value() {
            return box.checked;
        },
        set value(next) {
            box.checked = next;
        },
    };
}

/** A button. */
export function button(text: string, onClick: () => void, label?: string): HTMLButtonElement {
    const element = html("button", { type: "button", "aria-label": label }, text);
    element.addEventListener("click", onClick);
    return element;
}

/** Numbers from low to high in equal ratios. */
export function ratios(low: number, high: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) => Number((low * (high / low) ** (i / (count - 1))).toPrecision(2)));
}
