// The element of the input that the page follows: its number in every step, and those of its set.

import type { Axis, Explanation } from "./explanation.ts";

export type Highlight = "element" | "set" | null;

export class Selection {
    private listeners: (() => void)[] = [];
    private index = 0;
    private readonly setOf: readonly number[];
    private readonly parameterOf: readonly number[];

    constructor(explanation: Explanation) {
        this.setOf = explanation.sets[0]?.setOf ?? [];
        this.parameterOf = explanation.parameterOf ?? [];
    }

    /** True if the explanation has sets to follow. */
    get isPossible(): boolean {
        return this.setOf.length > 0;
    }

    get element(): number {
        return this.index;
    }

    get set(): number {
        return this.setOf[this.index] ?? 0;
    }

    select(element: number): void {
        this.index = Math.min(Math.max(element, 0), this.setOf.length - 1);
        this.listeners.forEach(listener => listener());
    }

    /** Selects an element to which a number of a quantity belongs. */
    selectBy(axis: Axis, index: number): void {
        const elements = axis === "element" ? null : axis === "set" ? this.setOf : this.parameterOf;
        this.select(elements === null ? index : elements.indexOf(index));
    }

    /** The index of the selected element's number in a quantity. */
    indexIn(axis: Axis): number {
        return axis === "element" ? this.index : (axis === "set" ? this.setOf : this.parameterOf)[this.index] ?? 0;
    }

    /** Whether a number belongs to the selected element, or to its set. */
    highlight(axis: Axis, index: number): Highlight {
        if (this.indexIn(axis) === index) {
            return "element";
        }
        return axis === "element" && this.setOf[index] === this.set ? "set" : null;
    }

    /** Calls the listener now and after each change, until the signal aborts. */
    onChange(listener: () => void, signal?: AbortSignal): void {
        this.listeners.push(listener);
        signal?.addEventListener("abort", () => {
            this.listeners = this.listeners.filter(other => other !== listener);
        });
        listener();
    }
}
