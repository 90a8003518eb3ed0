// The frames since the start, thinned when there are many, so that memory stays flat.

import uPlot from "uplot";

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
    problem?: string;
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

    /** A number of each run over its own steps. */
    series(name: "loss" | "testAccuracy"): uPlot.AlignedData {
        const table = (i: 0 | 1): uPlot.AlignedData => [
            this.frames.map(frame => frame[i].step),
            this.frames.map(frame => (Number.isFinite(frame[i][name]) ? frame[i][name] : null)),
        ];
        return uPlot.join([table(0), table(1)]);
    }

    private isLastKept = true;
}
