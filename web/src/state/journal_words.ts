/** The journal in words: kinds of entries, and what they tell. */
import { t } from './language.svelte';
import { wordOf } from './policy_words';
import { subjects } from './subjects.svelte';

/** In the order in which they are offered. */
export const kJournalKinds = [
    'access',
    'refusal',
    'sign-in',
    'person-changed',
    'role-changed',
    'organisation-changed',
    'policy-changed',
    'halt',
    'sending-changed',
    'signing-key-made',
    'signing-key-replaced',
    'key-made',
    'key-removed',
    'machine-made',
    'machine-removed',
    'tenant-made',
    'tenant-deleted',
    'context-loaded',
    'context-removed',
    'export',
    'redaction',
    'retention',
    'backup',
    'checkpoint',
    'start',
    'stop',
    'cut',
];

export const kindWord = (kind: string) => wordOf('journal.kind', kind);

export function detailWord(name: string): string {
    return wordOf('journal.detail', name);
}

/** A value that the server names by a code, in the words of the page. */
export function detailValue(name: string, text: string): string {
    if (name === 'role') return wordOf('role', text);
    if (name === 'ground') return wordOf('ground', text);
    if (name === 'person' && text) return subjects.name(`person:${text}`);
    return text;
}

/** One of the details, as it stands in a list of them. */
export function detailText(name: string, text: string): string {
    return t('journal.pair', { name: detailWord(name), text: detailValue(name, text) });
}
