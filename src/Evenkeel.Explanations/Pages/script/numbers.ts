// Numbers for people: those of a quantity with the same number of decimals, as in the terminal.

const maxDecimals = 4;

export function formatAll(values: readonly number[], isLogarithmic = false): string[] {
    const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
    const isPlain = !isLogarithmic && (largest === 0 || (largest >= 1e-3 && largest < 1e6));
    const decimals = decimalsOf(values);
    return values.map(value => minus(isPlain ? fixed(value, decimals) : value.toExponential(3)));
}

/** A number with its full precision. */
export function exact(value: number): string {
    return minus(String(value));
}

/** A number with three significant digits. */
export function short(value: number): string {
    return minus(value === 0 ? "0" : value.toPrecision(3).replace(/\.?0+(e|$)/, "$1"));
}

function fixed(value: number, decimals: number): string {
    const text = value.toFixed(decimals);
    return /[1-9]/.test(text) ? text : text.replace("-", "");
}

function decimalsOf(values: readonly number[]): number {
    for (let decimals = 0; decimals < maxDecimals; decimals++) {
        const rounded = (value: number) => Math.abs(value - Number(value.toFixed(decimals))) <= 1e-9 * Math.max(1, Math.abs(value));
        if (values.every(value => !Number.isFinite(value) || rounded(value))) {
            return decimals;
        }
    }
    return maxDecimals;
}

function minus(text: string): string {
    return text.replaceAll("-", "−");
}
