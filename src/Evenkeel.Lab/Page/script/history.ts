// The frames since the start, thinned when there are many, so that memory stays flat.

import type uPlot from "uplot";

/** What LayerFrame holds. */
export interface LayerFrame {
    mean: number;
    deviation: number;
    counts: number[];
    inactive: number;
    gradient: number;
    weight: [number, number, number] | null;
    runningMean: number | null;
    runningDeviation: number | null;
}

/** What RunFrame holds. */
export interface RunFrame {
    step: number;
    loss: number;
    testAccuracy: number;
    stepsPerSecond: number;
    hasDied: boolean;
    layers: LayerFrame[];
}

export type PairFrame = [RunFrame, RunFrame];

const most = 1200;

export class FrameHistory {
    private frames: PairFrame[] = [];
    private every = 1;
    private received = 0;

    get length(): number {
        return this.frames.length;
    }

    at(index: number): PairFrame {
        return this.frames[index]!;
    }

    clear(): void {
        this.frames = [];
        this.every = 1;
        this.received = 0;
    }

    /** Adds a frame; the newest is always the last, and of the older ones every second is dropped once there are too many. */
    add(frame: PairFrame): void {
        const isKept = this.received++ % this.every === 0;
        if (this.frames.length > 0 && !this.isLastKept) {
            this.frames.pop();
        }
        this.frames.push(frame);
        this.isLastKept = isKept;
        if (this.frames.length > most) {
            this.frames = this.frames.filter((_, i) => i % 2 === 0);
            this.every *= 2;
        }
    }

    /** The steps of the first run, and a number of both runs. */
    series(name: "loss" | "testAccuracy"): uPlot.AlignedData {
        const value = (run: RunFrame) => (Number.isFinite(run[name]) ? run[name] : null);
        return [
            this.frames.map(frame => Math.max(frame[0].step, frame[1].step)),
            this.frames.map(frame => value(frame[0])),
            this.frames.map(frame => value(frame[1])),
        ];
    }

    private isLastKept = true;
}
