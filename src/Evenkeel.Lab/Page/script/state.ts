// The state of the page in its address: #panel?name=value, so that a link shows the same.

export class State {
    readonly panel: string;
    private readonly values: URLSearchParams;

    constructor(hash: string) {
        const [panel = "", query = ""] = hash.replace(/^#/, "").split("?");
        this.panel = panel;
        this.values = new URLSearchParams(query);
    }

    text(name: string, byDefault: string): string {
        return this.values.get(name) ?? byDefault;
    }

    number(name: string, byDefault: number): number {
        const value = Number(this.values.get(name) ?? NaN);
        return Number.isFinite(value) ? value : byDefault;
    }

    numbers(name: string): number[] | null {
        const values = this.values.get(name)?.split(",").map(Number);
        return values?.every(Number.isFinite) ? values : null;
    }

    flag(name: string, byDefault: boolean): boolean {
        return (this.values.get(name) ?? String(byDefault)) === "true";
    }
}

/** Writes the state of a panel into the address; what is the default is left out. */
export function writeState(panel: string, values: Record<string, string | number | boolean | undefined>): void {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
        if (value !== undefined) {
            query.set(name, String(value));
        }
    }
    const text = query.toString();
    history.replaceState(null, "", `#${panel}${text ? `?${text}` : ""}`);
}
