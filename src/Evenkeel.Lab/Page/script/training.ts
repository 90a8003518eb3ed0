// Two runs on the digits, side by side and live, with a slider back in time.

import uPlot from "uplot";
import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";
import { short } from "../../../Evenkeel.Explanations/Pages/script/numbers.ts";
import { call, inOrder, readEvents } from "./api.ts";
import { button, choice, dial, ratios, type Control } from "./controls.ts";
import { FrameHistory, type PairFrame } from "./history.ts";
import type { Description } from "./lab.ts";
import { LayerCharts } from "./layers.ts";
import { programsView } from "./programs.ts";
import { messageLine, studyNote, type Panel } from "./panel.ts";
import { writeState, type State } from "./state.ts";

const names = ["first", "second"] as const;

/** The panel. */
export function trainingPanel(state: State, description: Description): Panel {
    const message = messageLine();
    const ending = new AbortController();
    const frames = new FrameHistory();
    const restart = () => void start();
    const normalizers = Object.fromEntries(Object.keys(description.normalizers).map(name => [name, name]));
    const own = names.map((name, i) => ({
        normalizer: choice("normalization", normalizers, state.text(`${name}-norm`, i === 0 ? "batch" : "none"), restart),
        place: choice("place", { before: "before the activation", after: "after the activation" }, state.text(`${name}-place`, "before"), restart),
        activation: choice(
            "activation", { sigmoid: "sigmoid", relu: "ReLU", tanh: "tanh" }, state.text(`${name}-activation`, "sigmoid"), restart),
    }));
    const rate = dial("learning rate:", ratios(0.001, 10, 41), state.number("rate", 0.3), short, () => {
        remember();
        void message.run(() => inOrder(() => call("control", { learningRate: rate.value })));
    });
    const shared = {
        scale: dial("initial weights:", [0, ...ratios(0.001, 10, 41)], state.number("scale", 0), value => value === 0 ? "recommended" : `σ = ${short(value)}`, restart),
        depth: dial("hidden layers:", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], state.number("depth", 4), String, restart),
        width: dial("units per layer:", [16, 32, 48, 64, 100, 128, 192, 256], state.number("width", 64), String, restart),
        batch: dial("batch size:", [2, 4, 8, 16, 32, 64, 128, 256, 512], state.number("batch", 64), String, restart),
        seed: dial("seed:", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], state.number("seed", 0), String, restart),
    };
    const loss = curves("loss", true), accuracy = curves("test accuracy", false);
    const layers = names.map(name => new LayerCharts(name));
    const facts = names.map(() => html("p", { class: "facts" }));
    const time = html("input", { type: "range", min: 0, max: 0, value: 0, "aria-label": "moment shown" });
    const moment = html("span", { class: "hint" });
    let isLive = true, isPaused = false, isDue = false;
    const pause = button("pause", () => {
        isPaused = !isPaused;
        pause.textContent = isPaused ? "resume" : "pause";
        void message.run(() => inOrder(() => call("control", { isPaused })));
    });
    const live = button("live", () => {
        isLive = true;
        draw();
    });
    time.addEventListener("input", () => {
        isLive = time.valueAsNumber === frames.length - 1;
        draw();
    });

    const settings = (i: number) => ({
        normalizer: own[i]!.normalizer.value, place: own[i]!.place.value, activation: own[i]!.activation.value,
        depth: shared.depth.value, width: shared.width.value, scale: shared.scale.value, learningRate: rate.value,
        batchSize: shared.batch.value, seed: shared.seed.value,
    });
    const remember = () => writeState("training", {
        ...Object.fromEntries(names.flatMap((name, i) => [
            [`${name}-norm`, own[i]!.normalizer.value], [`${name}-place`, own[i]!.place.value], [`${name}-activation`, own[i]!.activation.value],
        ])),
        rate: rate.value,
        ...Object.fromEntries(Object.entries(shared).map(([name, control]: [string, Control<number>]) => [name, control.value])),
    });
    const start = () => message.run(async () => {
        remember();
        await inOrder(() => call("train", { first: settings(0), second: settings(1) }));
        frames.clear();
        programs.forEach(view => view.update());
        isLive = true;
        isPaused = false;
        pause.textContent = "pause";
    });

    const programs = names.map((name, i) => programsView(`${name} run`, "run-program", () => settings(i)));

    function take(frame: PairFrame): void {
        frames.add(frame);
        if (!isDue && isLive) {
            // One drawing per picture of the screen, however many frames have come.
            isDue = true;
            requestAnimationFrame(() => {
                isDue = false;
                draw();
            });
        }
    }

    function draw(): void {
        if (frames.length === 0) {
            return;
        }
        const index = isLive ? frames.length - 1 : Math.min(time.valueAsNumber, frames.length - 1);
        time.max = String(frames.length - 1);
        time.value = String(index);
        const frame = frames.at(index);
        moment.textContent = isLive ? "live" : `step ${frame[0].step} and ${frame[1].step}`;
        loss.setData(frames.series("loss"), frames.length);
        accuracy.setData(frames.series("testAccuracy"), frames.length);
        frame.forEach((run, i) => {
            layers[i]!.draw(run);
            facts[i]!.textContent = run.hasDied
                ? `step ${run.step}: ${run.problem ?? "the loss is not finite any more: training has diverged"}`
                : `step ${run.step}, loss ${short(run.loss)}, test accuracy ${(run.testAccuracy * 100).toFixed(1)} %, ${Math.round(run.stepsPerSecond)} steps/s`;
        });
        panel.dataset.drawn = String(Number(panel.dataset.drawn ?? 0) + 1);
    }

    const panel = html(
        "div", { class: "training" },
        html("p", {}, "The same digits, the same seed, two networks. What changes between them is up to you."),
        html("div", { class: "dials" }, rate.element, ...Object.values(shared).map(control => control.element)),
        message.element,
        html("div", { class: "transport" }, button("start again", restart), pause, time, live, moment),
        html("div", { class: "split" }, loss.element, accuracy.element),
        html("div", { class: "split" }, ...names.map((name, i) => html(
            "section", { class: `run ${name}`, "aria-label": `${name} run` },
            html("h2", {}, i === 0 ? "First run" : "Second run"),
            html("div", { class: "dials" }, ...Object.values(own[i]!).map(control => control.element)),
            facts[i]!,
            layers[i]!.element,
            programs[i]!.element))),
        studyNote("Batch normalization lets networks learn over a wide range of initial scales.", "init-scale", description.studies),
        studyNote("It lets them train at higher learning rates.", "learning-rate", description.studies),
        studyNote("It keeps gradients from vanishing and exploding in every deep network.", "gradient-flow", description.studies));
    void start().then(() => message.run(async () => {
        await readEvents("/api/frames", data => take(data as PairFrame), ending.signal);
        throw new Error("The lab has ended; start it again with 'evenkeel lab'.");
    }));
    return {
        element: panel,
        close: () => {
            ending.abort();
            loss.destroy();
            accuracy.destroy();
            void inOrder(() => call("stop"));
        },
    };
}

/** Two curves over the frames, with steps on the axis. */
function curves(title: string, isLogarithmic: boolean) {
    const element = html("div", { class: "curves", role: "img", "aria-label": `${title} of both runs over time` });
    const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const axis = { stroke: () => color("--muted"), grid: { stroke: () => color("--grid") }, ticks: { stroke: () => color("--grid") } };
    const plot = new uPlot(
        {
            width: 460, height: 220, title, cursor: { show: false }, legend: { show: true, live: false },
            scales: { x: { time: false }, y: isLogarithmic ? { distr: 3 } : { range: [0, 1] } },
            axes: [{ ...axis, label: "step", labelSize: 18, size: 34 }, { ...axis, size: 56 }],
            series: [{ label: "step" }, { label: "first", stroke: () => color("--forward"), width: 2, spanGaps: true }, { label: "second", stroke: () => color("--backward"), width: 2, spanGaps: true }],
        },
        [[], [], []],
        element);
    const resize = new ResizeObserver(() => {
        const width = element.clientWidth;
        if (width > 0 && Math.abs(width - plot.width) > 2) {
            plot.setSize({ width, height: 220 });
        }
    });
    resize.observe(element);
    return {
        element,
        setData: (data: uPlot.AlignedData, length: number) => {
            if (length > 0) {
                plot.setData(data);
            }
        },
        destroy: () => {
            resize.disconnect();
            plot.destroy();
        },
    };
}
