/** Entries of the journal, and whether they hold: the same that `musubi journal verify` looks at, for a few. */

export interface JournalEntry {
    number: number;
    at: string;
    kind: string;
    subject: string;
    tenant: string;
    previous: string;
    hash: string;
    sealed: string;
    salt?: string;
    /** Absent: redacted. */
    details?: Record<string, unknown>;
}

/** RFC 8785, for what entries hold: texts, whole numbers, lists, objects. */
export function canonical(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
    if (typeof value === 'object' && value !== null) {
        const members = Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
            .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
        return `{${members.join(',')}}`;
    }
    return JSON.stringify(value);
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const hexOf = (bytes: ArrayBuffer) =>
    [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text: string) =>
    Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** The browser's own cryptography; an address that is not secure has none. */
export function canVerify(): boolean {
    return globalThis.crypto?.subtle !== undefined;
}

async function sha256(bytes: Uint8Array): Promise<string> {
    return hexOf(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
}

/** Whether what the entry says is what was bound into the chain. */
export async function holds(entry: JournalEntry): Promise<boolean> {
    const { details, salt, hash, ...bound } = entry;
    if ((await sha256(bytesOf(canonical(bound)))) !== hash) return false;
    if (details === undefined) return true;
    const head = fromHex(salt ?? '');
    const tail = bytesOf(canonical(details));
    const both = new Uint8Array(head.length + tail.length);
    both.set(head);
    both.set(tail, head.length);
    return (await sha256(both)) === entry.sealed;
}

/** The number of the first entry that does not hold, or is not bound to the one before it; null: all do. */
export async function firstBroken(entries: JournalEntry[]): Promise<number | null> {
    const ascending = [...entries].sort((a, b) => a.number - b.number);
    for (const [at, entry] of ascending.entries()) {
        const before = ascending[at - 1];
        const follows = before !== undefined && before.number + 1 === entry.number;
        if (follows && entry.previous !== before.hash) return entry.number;
        if (!(await holds(entry))) return entry.number;
    }
    return null;
}

/** Whether a checkpoint is signed with one of the keys (`x` of a JSON Web Key); null: the browser can not tell. */
export async function isSigned(entry: JournalEntry, keys: { x: string }[]): Promise<boolean | null> {
    const { signature, ...details } = (entry.details ?? {}) as Record<string, string>;
    const key = keys.find(({ x }) => details.key === `ed25519:${x}`);
    if (!key || !signature) return false;
    const { at, kind, number, previous, subject, tenant } = entry;
    const signed = { at, details, kind, number, previous, subject, tenant };
    try {
        const known = await crypto.subtle.importKey(
            'raw',
            fromBase64(key.x),
            { name: 'Ed25519' },
            false,
            ['verify'],
        );
        const text = bytesOf(`musubi journal checkpoint 1\n${canonical(signed)}`);
        return await crypto.subtle.verify('Ed25519', known, fromBase64(signature), text);
    } catch {
        return null;
    }
}

/** Kinds by which the journal shows that the rest holds: they keep their details. */
const kProofs = ['start', 'stop', 'cut', 'checkpoint', 'redaction', 'retention'];

export function isRedactable(entry: JournalEntry): boolean {
    return entry.details !== undefined && !kProofs.includes(entry.kind);
}

/** Details as pairs of name and text, deeper ones as JSON. */
export function detailsOf(entry: JournalEntry): [string, string][] {
    return Object.entries(entry.details ?? {}).map(([name, value]) => {
        const list = Array.isArray(value) && value.every((one) => typeof one !== 'object');
        const words = value as { ja?: unknown; en?: unknown } | null;
        const text = list
            ? (value as unknown[]).join(', ')
            : typeof words?.ja === 'string'
            ? [words.ja, words.en].join(' / ')
            : typeof value === 'object' && value !== null
              ? JSON.stringify(value)
              : String(value);
        return [name, text];
    });
}

/** Start and end of a day in Japan, as the filter takes them; empty: no bound. */
export function dayBounds(from: string, to: string): { from: string; to: string } {
    const start = (day: string, plus: number) => {
        const time = Date.parse(`${day}T00:00:00+09:00`);
        return Number.isNaN(time) ? '' : new Date(time + plus * 86_400_000).toISOString();
    };
    return { from: start(from, 0), to: start(to, 1) };
}
