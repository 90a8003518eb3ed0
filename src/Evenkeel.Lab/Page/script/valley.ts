// The narrow valley: the loss of a linear model with two features, drawn to scale, and the way of an optimizer through it.

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { html, svg } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { short } from "../../../Evenkeel.Explanations/Pages/script/numbers.ts";
import { call } from "./api.ts";
import { check, choice, dial, ratios } from "./controls.ts";
import type { Description } from "./lab.ts";
import { messageLine, studyNote, type Panel } from "./panel.ts";
import { programsView } from "./programs.ts";
import { writeState, type State } from "./state.ts";

interface ValleyPath {
    hessian: [[number, number], [number, number]];
    eigenvalues: [number, number];
    optimum: [number, number];
    points: [number, number][];
    losses: number[];
    learningRate: number;
    limit: number;
    stepsToGoal: number | null;
}

const size = 460;

/** The panel. */
export function valleyPanel(state: State, { studies }: Description): Panel {
    const message = messageLine();
    const drawing = html("div", { class: "valley" });
    const facts = html("div", { class: "facts", "aria-live": "polite" });
    const settings = () => ({
        ratio: ratio.value, correlation: correlation.value, scaled: scaled.value,
        optimizer: optimizer.value, rate: rate.value, steps: steps.value,
    });
    const programs = programsView("descent", "valley-program", settings);
    const update = () => void message.run(async isCurrent => {
        const request = settings();
        writeState("valley", request);
        programs.update();
        const path = await call<ValleyPath>("valley", request);
        if (!isCurrent()) {
            return;
        }
        drawing.replaceChildren(picture(path));
        facts.replaceChildren(...sentences(path, request));
    });
    const ratio = dial("scale of feature 2 over feature 1:", ratios(1, 100, 41), state.number("ratio", 10), short, update);
    const correlation = dial(
        "correlation:", Array.from({ length: 19 }, (_, i) => (i - 9) / 10), state.number("correlation", 0.3), String, update);
    const scaled = check("standardize the features", state.flag("scaled", false), update);
    const optimizer = choice(
        "optimizer", { plain: "plain gradient descent", momentum: "momentum 0.9", rmsprop: "RMSProp", adam: "Adam" },
        state.text("optimizer", "plain"), update);
    const rate = dial("learning rate, as a fraction of the largest stable one:", ratios(0.01, 1.2, 41), state.number("rate", 0.9), short, update);
    const steps = dial("steps:", ratios(1, 1000, 31).map(Math.round), state.number("steps", 100), String, update);
    update();
    return {
        element: html(
            "div", {},
            html("h2", {}, "The narrow valley"),
            html(
                "p", {},
                "A linear model with two features, whose scales differ. The curves are lines of equal loss, both axes have the same scale, ",
                "and the learning rate is limited by the steep direction: along the flat one progress is slow."),
            html("div", { class: "dials" }, ...[ratio, correlation, scaled, optimizer, rate, steps].map(control => control.element)),
            message.element,
            html("div", { class: "split" }, drawing, facts),
            programs.element,
            studyNote("Standardized features take far fewer steps on real data.", "feature-scaling", studies)),
        close: () => {},
    };
}

function picture({ hessian, eigenvalues, optimum, points, losses }: ValleyPath): SVGElement {
    const shown = points.filter(([x, y]) => Math.abs(x) < 1e6 && Math.abs(y) < 1e6);
    const reach = Math.min(4, Math.max(1.3, ...shown.map(([x, y]) => Math.max(Math.abs(x - optimum[0]), Math.abs(y - optimum[1])) * 1.1)));
    const x = scaleLinear().domain([optimum[0] - reach, optimum[0] + reach]).range([0, size]);
    const y = scaleLinear().domain([optimum[1] - reach, optimum[1] + reach]).range([size, 0]);
    const angle = Math.atan2(eigenvalues[1] - hessian[0][0], hessian[0][1] || 1e-12);
    const path = line<[number, number]>().x(point => x(point[0])).y(point => y(point[1]));
    // Levels through the start and on the steep sides, and some whose ellipses are seen as a whole.
    const first = losses[0] ?? 1, whole = (part: number) => eigenvalues[0] * (part * reach) ** 2 / 2;
    return svg(
        "svg", { class: "plot", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": "lines of equal loss and the path of the weights" },
        ...[first, first * 0.45, first * 0.15, whole(0.95), whole(0.6), whole(0.3)].map(ellipse),
        svg("path", { class: "way", d: path(shown) ?? "" }),
        ...shown.slice(0, 200).map(point => svg("circle", { class: "point", cx: x(point[0]), cy: y(point[1]), r: 2.5 })),
        svg("circle", { class: "optimum", cx: x(optimum[0]), cy: y(optimum[1]), r: 5 }),
        svg("text", { x: size - 8, y: size - 8, "text-anchor": "end" }, "w₁"),
        svg("text", { x: 8, y: 18 }, "w₂"));

    // ½·(λ₁u² + λ₂v²) = loss, turned so that v points along the steep direction.
    function ellipse(loss: number): SVGElement {
        const degrees = -angle * 180 / Math.PI;
        const radius = (curvature: number) => Math.abs(x(Math.sqrt(2 * loss / curvature)) - x(0));
        return svg("ellipse", {
            class: "level", rx: radius(eigenvalues[1]), ry: radius(eigenvalues[0]),
            transform: `translate(${x(optimum[0])} ${y(optimum[1])}) rotate(${degrees})`,
        });
    }
}

function sentences(path: ValleyPath, request: { scaled: boolean; optimizer: string }): HTMLElement[] {
    const condition = path.eigenvalues[1] / path.eigenvalues[0];
    const last = path.losses.at(-1) ?? NaN;
    const end = path.stepsToGoal !== null
        ? `A millionth of the initial loss is reached after ${path.stepsToGoal} steps.`
        : Number.isFinite(last) && last < path.losses[0]!
            ? `After ${path.points.length - 1} steps the loss is ${short(last / path.losses[0]!)} of the initial loss.`
            : Number.isFinite(last) ? `After ${path.points.length - 1} steps the loss is not below the initial one.` : "The descent diverges.";
    return [
        html("p", { class: "result" }, end),
        html(
            "p", {},
            `The curvatures are ${short(path.eigenvalues[0])} and ${short(path.eigenvalues[1])}: the valley is ${short(Math.sqrt(condition))} times as long as wide. `,
            `Plain descent is stable up to a learning rate of 2/λ = ${short(path.limit)}; here it is ${short(path.learningRate)}.`),
        html(
            "p", {},
            request.scaled
                ? "On standardized features the curvatures differ only by the correlation: the way is nearly straight."
                : request.optimizer === "plain"
                    ? "Standardize the features to see the way become straight, or try an optimizer that scales each weight's step."
                    : "RMSProp and Adam scale each weight's step by its gradients, which helps along the axes and not across them."),
    ];
}
