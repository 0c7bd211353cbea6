/** The key of this person. It is kept in the browser only, and leaves it only in the Authorization header. */

const kName = 'musubi.key';

/** Storage may be forbidden by the browser's settings; the page then forgets at the next load. */
function attempt<T>(action: () => T, otherwise: T): T {
    try {
        return action();
    } catch {
        return otherwise;
    }
}

let held: string | null = null;

/** Takes the key from a `#key=…` address once and removes it from the address bar and history entry. */
export function takeKeyFromAddress(): void {
    const match = /(?:^#|&)key=([^&]+)/.exec(location.hash);
    if (!match) return;
    keepKey(decodeURIComponent(match[1]!), false);
    const rest = location.hash.replace(match[0], '').replace(/^&/, '#');
    history.replaceState(
        null,
        '',
        location.pathname + location.search + (rest === '#' ? '' : rest),
    );
}

export function currentKey(): string | null {
    held ??= attempt(() => sessionStorage.getItem(kName) ?? localStorage.getItem(kName), null);
    return held;
}

/** Keeps the key for this window, or on this machine until it is forgotten. */
export function keepKey(key: string, onThisMachine: boolean): void {
    held = key;
    attempt(() => {
        sessionStorage.setItem(kName, key);
        if (onThisMachine) localStorage.setItem(kName, key);
    }, undefined);
}

export function forgetKey(): void {
    held = null;
    attempt(() => {
        sessionStorage.removeItem(kName);
        localStorage.removeItem(kName);
    }, undefined);
}
