/** What a person says they use personal data for. Kept in this window alone, and sent with what it asks. */
import { recall, remember } from '../state/memory';

export interface StatedUse {
    purpose: string;
    ground: string;
    /** Who decided on a use outside the purpose; empty: within it. */
    decidedBy: string;
}

/** Grounds outside the purpose (art. 69): somebody decides on them. */
export const kDecidedGrounds = ['consent', 'own-duty', 'public-body', 'statistics'];
export const kGrounds = ['within-purpose', 'law', ...kDecidedGrounds];

const kName = 'musubi.use';
let held: StatedUse | null | undefined;

export function statedUse(): StatedUse | null {
    if (held === undefined) {
        const kept = recall(kName, 'window');
        held = kept ? (JSON.parse(kept) as StatedUse) : null;
    }
    return held;
}

export function keepUse(use: StatedUse | null): void {
    held = use;
    remember(kName, use && JSON.stringify(use), 'window');
}

/** Headers hold bytes: of what is not ASCII those of UTF-8. */
const bytes = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));

export function useHeaders(): Record<string, string> {
    const use = statedUse();
    if (!use) return {};
    return {
        'Musubi-Purpose': bytes(use.purpose),
        'Musubi-Ground': use.ground,
        ...(use.decidedBy ? { 'Musubi-Decided-By': bytes(use.decidedBy) } : {}),
    };
}
