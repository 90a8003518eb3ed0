// The example made alive: cells edited by hand, normalizers switched, the graph stepped, an element nudged.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { parseExplanation, type Explanation, type Quantity } from "../../../Evenkeel.Explanations/Pages/script/explanation.ts";
import { graphView } from "../../../Evenkeel.Explanations/Pages/script/graph.ts";
import { exact, short } from "../../../Evenkeel.Explanations/Pages/script/numbers.ts";
import { followBar, sectionView, setsView } from "../../../Evenkeel.Explanations/Pages/script/sections.ts";
import { Selection } from "../../../Evenkeel.Explanations/Pages/script/selection.ts";
import { call, callText } from "./api.ts";
import { button, choice, dial, ratios } from "./controls.ts";
import type { Description } from "./lab.ts";
import { messageLine, studyNote, type Panel } from "./panel.ts";
import { programsView } from "./programs.ts";
import { writeState, type State } from "./state.ts";

interface Nudge {
    above: number;
    below: number;
    slope: number;
    gradient: number;
}

/** The numbers of an example; null for the default. */
interface Numbers {
    values: number[] | null;
    weight: number[] | null;
    bias: number[] | null;
    outputGradient: number[] | null;
}

/** The panel. */
export function examplePanel(state: State, description: Description): Panel {
    const message = messageLine();
    const view = html("div");
    const numbers: Numbers = {
        values: state.numbers("x"), weight: state.numbers("gamma"), bias: state.numbers("beta"), outputGradient: state.numbers("dy"),
    };
    let shape: number[] | null = state.numbers("shape");
    let step = state.number("step", 0);
    let element = state.number("element", 1);
    // Cross-Iteration's input is that of the layer before it: what is edited would not be what is normalized.
    const normalizers = Object.fromEntries(
        Object.keys(description.explanations).filter(name => name.includes("norm"))
            .map(name => [name, name]));
    const method = choice("method", normalizers, state.text("method", "batch-norm"), () => {
        step = 0;
        void update();
    });
    const epsilon = dial("ε:", ratios(1e-8, 1, 33), state.number("epsilon", 1e-5), short, () => void update());
    const reset = button("the default numbers", () => {
        Object.assign(numbers, { values: null, weight: null, bias: null, outputGradient: null });
        shape = null;
        void update();
    });

    const request = () => ({
        name: method.value,
        ...(numbers.values && shape ? { shape, values: numbers.values } : {}),
        ...(numbers.weight ? { weight: numbers.weight } : {}),
        ...(numbers.bias && method.value !== "rms-norm" ? { bias: numbers.bias } : {}),
        ...(numbers.outputGradient ? { outputGradient: numbers.outputGradient } : {}),
        epsilon: epsilon.value,
    });
    const remember = () => writeState("example", {
        method: method.value,
        x: numbers.values?.join(),
        shape: numbers.values ? shape?.join() : undefined,
        gamma: numbers.weight?.join(),
        beta: numbers.bias?.join(),
        dy: numbers.outputGradient?.join(),
        epsilon: epsilon.value === 1e-5 ? undefined : epsilon.value,
        step: step || undefined,
        element: element === 1 ? undefined : element,
    });
    const update = () => message.run(async isCurrent => {
        const explanation = parseExplanation(await callText("explain", request()));
        if (!isCurrent()) {
            return;
        }
        const selection = new Selection(explanation);
        selection.select(element);
        selection.onChange(() => {
            element = selection.element;
            remember();
        });
        view.replaceChildren(
            setsView(explanation.sets, selection),
            followBar(explanation.sets[0]!, selection),
            html("div", { class: "split" }, editors(explanation), nudgeView(selection)),
            graphView(explanation, selection, step, next => {
                step = next;
                remember();
            }),
            ...explanation.sections.slice(1).map((section, i) => html(
                "details", {}, html("summary", {}, section.title), sectionView(section, i, selection))),
            programsView("example", "example-program", request).element,
            studyNote("Sets that reach over the batch have a price: small batches cost accuracy.", "batch-size", description.studies));
    });

    function editors(explanation: Explanation): HTMLElement {
        const find = (symbol: string) => explanation.sections.flatMap(section => section.steps).flatMap(one => one.quantities)
            .find(quantity => quantity.symbol.text === symbol);
        const x = find("x")!, dy = find("dy")!, gamma = find("γ"), beta = find("β");
        const edit = (name: keyof Numbers, quantity: Quantity) => editor(quantity, values => {
            shape = x.shape;
            numbers.values ??= [...x.values];
            numbers[name] = values;
            void update();
        });
        return html(
            "section", { "aria-labelledby": "editors-title" },
            html("h2", { id: "editors-title" }, "The numbers"),
            edit("values", x),
            edit("outputGradient", dy),
            gamma && gamma.shape.length === 1 ? edit("weight", gamma) : null,
            beta && beta.shape.length === 1 ? edit("bias", beta) : null,
            reset);
    }

    function nudgeView(selection: Selection): HTMLElement {
        const result = html("div", { class: "facts", "aria-live": "polite" });
        const nudgeMessage = messageLine();
        const nudge = () => void nudgeMessage.run(async isCurrent => {
            const answer = await call<Nudge>("nudge", { example: request(), element: selection.element, step: height.value });
            if (!isCurrent()) {
                return;
            }
            const difference = Math.abs(answer.slope - answer.gradient);
            result.replaceChildren(
                html("p", {}, `L(x + h) = ${exact(Number(answer.above.toPrecision(10)))}`),
                html("p", {}, `L(x − h) = ${exact(Number(answer.below.toPrecision(10)))}`),
                html("p", {}, `(L(x + h) − L(x − h)) / 2h = ${exact(Number(answer.slope.toPrecision(7)))}`),
                html("p", { class: "result" }, `dx = ${exact(Number(answer.gradient.toPrecision(7)))}: ${short(difference)} away`));
        });
        const height = dial("h:", ratios(0.001, 4, 25), 0.01, short, nudge);
        selection.onChange(nudge);
        return html(
            "section", { "aria-labelledby": "nudge-title" },
            html("h2", { id: "nudge-title" }, "Nudge an element"),
            html("p", {}, "The followed element is moved by ±h. The smaller h, the nearer the difference quotient comes to the gradient."),
            height.element,
            nudgeMessage.element,
            result);
    }

    void update();
    return {
        element: html(
            "div", {},
            html("p", {}, "Change any number, and see what it changes: which elements share statistics, every step forward and back, and the slope of the loss."),
            html("div", { class: "dials" }, method.element, epsilon.element),
            message.element,
            view),
        close: () => {},
    };
}

/** The numbers of a quantity as fields. */
function editor(quantity: Quantity, onChange: (values: number[]) => void): HTMLElement {
    const columns = quantity.shape.at(-1) ?? 1;
    const fields = quantity.values.map((value, i) => {
        const place = indices(quantity, i);
        const field = html("input", { type: "number", step: "any", value, "aria-label": `${quantity.symbol.text}${place}` });
        field.addEventListener("change", () => onChange(fields.map(other => other.valueAsNumber || 0)));
        return field;
    });
    // A row per sample, with its channels side by side.
    const samples = quantity.shape.length > 2 ? quantity.shape[0]! : 1, images = quantity.shape.length > 2 ? quantity.shape[1]! : 1;
    const perImage = fields.length / samples / images;
    return html(
        "fieldset", {},
        html("legend", {}, `${quantity.symbol.text}, ${quantity.meaning}`),
        ...Array.from({ length: samples }, (_, n) => html("div", { class: "fields" }, ...Array.from({ length: images }, (_, c) => {
            const start = (n * images + c) * perImage;
            const image = html("div", { class: "image-fields" }, ...fields.slice(start, start + perImage));
            image.style.gridTemplateColumns = `repeat(${columns}, auto)`;
            return image;
        }))));
}

function indices(quantity: Quantity, index: number): string {
    let rest = index;
    const inner = quantity.shape.map((_, i) => quantity.shape.slice(i + 1).reduce((product, length) => product * length, 1));
    return quantity.shape.map((_, i) => {
        const place = Math.floor(rest / inner[i]!);
        rest %= inner[i]!;
        return ` ${quantity.axes[i]!.toLowerCase()}=${place}`;
    }).join("");
}
