/** The audit journal: docs/journal.md. */
import type { JournalEntry } from '../model/journal';
import { fetchJson, fetchWithNext, sendJson } from './client';

export interface JournalFilter {
    kind: string;
    who: string;
    /** ISO 8601 with a zone; empty: without bound. */
    from: string;
    to: string;
}

export interface JournalList {
    entries: JournalEntry[];
    /** The request that goes on, towards older entries. */
    next: string | null;
}

const kRoot = '/musubi/v1/journal';
export const kJournalPage = 100;

export async function fetchJournal(
    filter: Partial<JournalFilter>,
    limit = kJournalPage,
    before?: number,
): Promise<JournalList> {
    const asked = new URLSearchParams({ limit: String(limit) });
    for (const [name, value] of Object.entries(filter)) if (value) asked.set(name, value);
    if (before !== undefined) asked.set('before', String(before));
    return goOn(`${kRoot}?${asked}`);
}

export async function goOn(path: string): Promise<JournalList> {
    const { value, next } = await fetchWithNext<JournalEntry[]>(path);
    return { entries: value, next };
}

/** The newest entry before `number` of a kind, of somebody; null: none within `pages` questions. */
export async function newestBefore(
    number: number,
    filter: Partial<JournalFilter>,
    fits: (entry: JournalEntry) => boolean = () => true,
    pages = 5,
): Promise<JournalEntry | null> {
    let list = await fetchJournal(filter, kJournalPage, number);
    for (;;) {
        const found = list.entries.find(fits);
        if (found) return found;
        if (!list.next || --pages <= 0) return null;
        list = await goOn(list.next);
    }
}

export const fetchEntry = (number: number) => fetchJson<JournalEntry>(`${kRoot}/${number}`);
export const redactEntry = (number: number, why: string) =>
    sendJson<JournalEntry>('POST', `${kRoot}/${number}/redact`, { why });

/** The whole journal as its lines stand, piece by piece; `told` hears how many bytes have come. */
export async function exportJournal(told: (bytes: number) => void): Promise<Blob> {
    const parts: string[] = [];
    let bytes = 0;
    for (let path: string | null = `${kRoot}/export`; path; ) {
        const { text, next }: { text: string; next: string | null } = await fetchText(path);
        parts.push(text);
        bytes += text.length;
        told(bytes);
        path = next;
    }
    return new Blob(parts, { type: 'text/plain;charset=utf-8' });
}

async function fetchText(path: string): Promise<{ text: string; next: string | null }> {
    const { value, next } = await fetchWithNext<string>(path, (text) => text);
    return { text: value, next };
}
