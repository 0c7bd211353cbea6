/** The words of the page: one catalogue a language, chosen by the person and remembered. */
import type { Words } from '../api/types';
import type { Language } from '../model/text';
import en from '../strings/en.json';
import ja from '../strings/ja.json';
import type care from '../strings/care.ja.json';
import type projects from '../strings/projects.ja.json';
import type settings from '../strings/settings.ja.json';
import { recall, remember } from './memory';

/** The words of the settings and of the projects come with their pages (`addWords`). */
export type Key =
    | keyof typeof ja
    | keyof typeof settings
    | keyof typeof projects
    | keyof typeof care;
type Catalogue = Partial<Record<Key, string>>;

const kCatalogues: Record<Language, Catalogue> = { ja: { ...ja }, en: { ...en } };
const kName = 'musubi.language';

let chosen = $state<Language>(recall(kName) === 'en' ? 'en' : 'ja');

export function language(): Language {
    return chosen;
}

export function chooseLanguage(next: Language): void {
    chosen = next;
    remember(kName, next);
}

/** Joins a catalogue that is fetched with the part of the page that needs it, before that is shown. */
export function addWords(more: Record<Language, Catalogue>): void {
    Object.assign(kCatalogues.ja, more.ja);
    Object.assign(kCatalogues.en, more.en);
}

/** The words under `key`, with each `{name}` filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
    return (kCatalogues[chosen][key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) =>
        name in values ? String(values[name]) : whole,
    );
}

/** Whether `key` is in the catalogue; for words that are chosen by what the server says. */
export function isKey(key: string): key is Key {
    return key in kCatalogues.ja;
}

/** Words that came as data; English falls back to Japanese. */
export function say(words: Words | null | undefined): string {
    if (!words) return '';
    return chosen === 'en' ? (words.en ?? words.ja) : words.ja;
}
