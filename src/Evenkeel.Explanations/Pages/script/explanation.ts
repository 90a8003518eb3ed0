// An explanation as ExplanationJson writes it.

export interface Formula {
    tex: string;
    text: string;
}

export type Axis = "element" | "set" | "parameter";

export interface Quantity {
    symbol: Formula;
    meaning: string;
    shape: number[];
    axes: string[];
    axis?: Axis;
    values: number[];
    library?: number[];
    libraryDifference?: number;
    isLogarithmic: boolean;
}

export interface Step {
    title: string;
    formulas: Formula[];
    quantities: Quantity[];
    text: string;
    examples: string[];
    node?: number;
}

export interface Section {
    kind: "Computation" | "Forward" | "Backward" | "Comparison";
    title: string;
    text: string;
    steps: Step[];
}

export interface SetPicture {
    method: string;
    shape: number[];
    setOf: number[];
}

export interface GraphNode {
    symbol: Formula;
    operands: number[];
    axis: Axis;
}

export interface Explanation {
    name: string;
    title: string;
    summary: string;
    sections: Section[];
    sets: SetPicture[];
    parameterOf?: number[];
    graph: GraphNode[];
    study?: string;
    documentation: string;
}

/** Numbers that JSON cannot hold are strings in it: NaN and infinities. */
export function parseExplanation(json: string): Explanation {
    const named = new Set(["NaN", "Infinity", "-Infinity"]);
    return JSON.parse(json, (_, value) => (typeof value === "string" && named.has(value) ? Number(value) : value)) as Explanation;
}
