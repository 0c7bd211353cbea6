/** What the browser keeps between visits. Storage may be forbidden or full: then nothing is kept. */

export function recall(name: string): string | null {
    try {
        return localStorage.getItem(name);
    } catch {
        return null;
    }
}

export function remember(name: string, value: string | null): void {
    try {
        if (value === null || value === '') localStorage.removeItem(name);
        else localStorage.setItem(name, value);
    } catch {
        // Not kept; the page works without.
    }
}
