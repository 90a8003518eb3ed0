// What all panels have.

import { html } from "../../../Evenkeel.Explanations/Pages/script/dom.ts";

export interface Panel {
    element: HTMLElement;

    /** Ends what the panel has started. */
    close(): void;
}

/** Where a message about a refused request is shown, and cleared by the next that succeeds. */
export function messageLine(): { element: HTMLElement; run: (work: (isCurrent: () => boolean) => Promise<void>) => Promise<void> } {
    const element = html("p", { class: "message", role: "alert" });
    let latest = 0;
    return {
        element,
        // Answers may come in another order than the requests were sent: only that to the latest is to be shown.
        run: async work => {
            const number = ++latest;
            try {
                await work(() => number === latest);
                element.textContent = "";
            } catch (error) {
                if (error instanceof DOMException && error.name === "AbortError") {
                    return; // the panel was closed
                }
                element.textContent = error instanceof Error ? error.message : String(error);
            }
        },
    };
}

/** What StudyResult holds. */
export interface StudyResult {
    name: string;
    claim: string;
    source: string;
    result: string;
    verdict: string;
}

/** A sentence with a link to the study that tests it, and its verdict. */
export function studyNote(text: string, name: string, studies: StudyResult[]): HTMLElement {
    const study = studies.find(one => one.name === name)!;
    return html(
        "p", { class: "study" }, text, " Study ", html("a", { href: `#studies?name=${name}` }, name), ": ", html("strong", {}, study.verdict), ".");
}
