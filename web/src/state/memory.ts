/** What the browser keeps between visits. Storage may be forbidden or full: then nothing is kept. */

/** In this window alone, until it is closed: words about people are not left on a shared machine. */
export type Keeper = 'visits' | 'window';

const storage = (keeper: Keeper): Storage =>
    keeper === 'window' ? sessionStorage : localStorage;

export function recall(name: string, keeper: Keeper = 'visits'): string | null {
    try {
        return storage(keeper).getItem(name);
    } catch {
        return null;
    }
}

export function remember(name: string, value: string | null, keeper: Keeper = 'visits'): void {
    try {
        if (value === null || value === '') storage(keeper).removeItem(name);
        else storage(keeper).setItem(name, value);
    } catch {
        // Not kept; the page works without.
    }
}
