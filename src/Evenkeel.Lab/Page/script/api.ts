// Requests to the lab: a token that the command put into the page's address proves that they come from its page.

const tokenKey = "evenkeel-lab-token";

function token(): string {
    const address = new URL(location.href);
    const given = address.searchParams.get("token");
    if (given !== null) {
        // Kept for reloads, and taken out of the address, which is made to be passed on.
        sessionStorage.setItem(tokenKey, given);
        address.searchParams.delete("token");
        history.replaceState(null, "", address);
    }
    return sessionStorage.getItem(tokenKey) ?? "";
}

const headers = { "X-Lab-Token": token() };

/** Calls an operation of the lab; throws with its message if it refuses the request. */
export async function callText(operation: string, request: unknown = {}): Promise<string> {
    const response = await fetch(`/api/${operation}`, {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(request),
    });
    const text = await response.text();
    if (response.status === 403) {
        throw new Error("This page is not the one that 'evenkeel lab' opened: use the address that the command printed.");
    }
    if (!response.ok) {
        throw new Error(text);
    }
    return text;
}

/** Calls an operation and reads its answer. */
export async function call<T>(operation: string, request: unknown = {}): Promise<T> {
    return parseNumbers(await callText(operation, request)) as T;
}

let last: Promise<unknown> = Promise.resolve();

/** Sends a request after those before it were answered: a stop must not overtake the start that follows it. */
export async function inOrder<T>(send: () => Promise<T>): Promise<void> {
    const sent = last.catch(() => {}).then(send);
    last = sent;
    await sent;
}

/** Reads server-sent events until the signal aborts. */
export async function readEvents(path: string, onData: (data: unknown) => void, signal: AbortSignal): Promise<void> {
    const response = await fetch(path, { headers, signal });
    if (!response.ok) {
        throw new Error(`The lab refused to send its frames (status ${response.status}).`);
    }
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        const events = (rest + chunk.value).split("\n\n");
        rest = events.pop()!;
        // Where several have arrived, the last is what there is to see.
        const data = events.at(-1);
        if (data !== undefined) {
            onData(parseNumbers(data.replace(/^data: /, "")));
        }
    }
}

/** JSON in which numbers that it cannot hold are strings. */
function parseNumbers(json: string): unknown {
    const named = new Set(["NaN", "Infinity", "-Infinity"]);
    return JSON.parse(json, (_, value) => (typeof value === "string" && named.has(value) ? Number(value) : value));
}
