// Running statistics over time: two conventions of momentum, two variances, a cold start, and data that change.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { short } from "../../../Evenkeel.Explanations/Pages/script/numbers.ts";
import { call } from "./api.ts";
import { choice, dial } from "./controls.ts";
import { lineChart } from "./lines.ts";
import type { Description } from "./lab.ts";
import { messageLine, studyNote, type Panel } from "./panel.ts";
import { programsView } from "./programs.ts";
import { writeState, type State } from "./state.ts";

interface Timeline {
    change: number;
    trueMean: number[];
    trueVariance: number[];
    batchMean: number[];
    batchVariance: number[];
    runningMean: number[];
    runningVariance: number[];
    trainingOutput: number[];
    inferenceOutput: number[];
    trueOutput: number[];
}

const newWeights = [0, 0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1];

/** The panel. */
export function timePanel(state: State, { studies }: Description): Panel {
    const message = messageLine();
    const charts = html("div", { class: "stack" });
    const facts = html("div", { class: "facts", "aria-live": "polite" });
    const settings = () => ({
        newWeight: weight.value, isSample: variance.value === "sample", batchSize: batch.value, steps: steps.value,
        after: after.value, seed: seed.value,
    });
    const programs = programsView("running statistics", "time-program", settings);
    const update = () => void message.run(async isCurrent => {
        const request = settings();
        writeState("time", request);
        programs.update();
        const line = await call<Timeline>("time", request);
        if (!isCurrent()) {
            return;
        }
        charts.replaceChildren(
            lineChart("mean", line.change, [["true", line.trueMean], ["batch", line.batchMean], ["running", line.runningMean]]),
            lineChart(
                request.isSample ? "variance, the sample’s" : "variance, the population’s", line.change,
                [["true", line.trueVariance], ["batch", line.batchVariance], ["running", line.runningVariance]]),
            lineChart(
                "the value 5, normalized", line.change,
                [["true", line.trueOutput], ["batch", line.trainingOutput], ["running", line.inferenceOutput]]));
        facts.replaceChildren(...sentences(line, request));
    });
    const weight = dial(
        "momentum:", newWeights, state.number("newWeight", 0.1),
        value => value === 0 ? "cumulative" : `PyTorch ${value}, Keras and ONNX ${Number((1 - value).toPrecision(4))}`, update);
    const variance = choice(
        "variance kept", { sample: "the sample’s (unbiased): PyTorch", population: "the population’s (biased): Keras, ONNX" },
        state.flag("isSample", true) ? "sample" : "population", update);
    const batch = dial("batch size:", [2, 3, 4, 8, 16, 32, 64, 128, 256], state.number("batchSize", 8), String, update);
    const steps = dial("steps:", [20, 50, 100, 200, 400, 1000], state.number("steps", 200), String, update);
    const after = choice(
        "once the data change", { train: "training goes on", freeze: "frozen", recalibrate: "frozen, then recalibrated" },
        state.text("after", "train"), update);
    const seed = dial("seed:", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], state.number("seed", 0), String, update);
    update();
    return {
        element: html(
            "div", {},
            html("h2", {}, "Running statistics over time"),
            html(
                "p", {}, "One channel, one batch per step. Its values have mean 3 and standard deviation 2; after half of the steps both are halved, ",
                "as if by another camera. The value 5 is followed: normalized by the batch it changes from step to step, by the running statistics slowly."),
            html("div", { class: "dials" }, ...[weight, variance, batch, steps, after, seed].map(control => control.element)),
            message.element,
            facts,
            charts,
            programs.element,
            studyNote("Running statistics are far off early in training, while they still contain their initial values.", "inference", studies),
            studyNote("Recomputed on changed images, without labels, they recover much of the accuracy.", "recalibration", studies)),
        close: () => {},
    };
}

function sentences(line: Timeline, request: { newWeight: number; isSample: boolean; batchSize: number; after: string }): HTMLElement[] {
    const settled = line.runningMean.findIndex((mean, i) => Math.abs(mean - line.trueMean[i]!) < 0.05 * line.trueMean[i]!);
    const last = (values: number[]) => values.at(-1) ?? NaN;
    const bias = (request.batchSize - 1) / request.batchSize;
    const kept = request.isSample
        ? "The sample’s variance is right on average."
        : `The population’s variance of ${request.batchSize} values is ${short(bias)} of the true one on average.`;
    return [
        html(
            "p", { class: "result" },
            settled < 0 ? "The running mean has not come within 5 % of the true one." : `The running mean comes within 5 % of the true one after ${settled + 1} steps.`),
        html("p", {}, kept),
        html("p", {}, `At the end the value 5 becomes ${short(last(line.inferenceOutput))} in inference; with the true statistics, ${short(last(line.trueOutput))}.`),
    ];
}
