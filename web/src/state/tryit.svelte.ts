/** What the try-it form is to show next, wherever on the page that was asked. */

export interface Wanted {
    /** The operation's id. */
    id: string;
    /** By place and name: `query type`. */
    values: Record<string, string>;
}

class TryIt {
    wanted = $state.raw<Wanted | null>(null);
}

export const tryIt = new TryIt();

export function tryOut(id: string, values: Record<string, string>): void {
    tryIt.wanted = { id, values };
}
