/** Policies as sentences that an officer reads. */
import type { PersonalTypes, PolicyRule } from '../model/policies';
import { shortName } from '../model/policies';
import { fullTime } from '../model/text';
import { isKey, language, t, type Key } from './language.svelte';

/** The word for something the server names by a code; the code itself where there is none. */
export function wordOf(kind: string, code: string): string {
    const key = `${kind}.${code}`;
    return isKey(key) ? t(key) : code;
}

/** What a role, or a key, is limited to: types and scopes; empty: nothing. */
export const reachOf = (of: { types: string[]; scopes?: string[] }) =>
    [...of.types, ...(of.scopes ?? [])].join(t('words.comma'));

/** One, one or another, one, another or a third. */
function anyOf(words: string[], or: Key = 'words.or', comma: Key = 'words.comma'): string {
    if (words.length < 2) return words.join('');
    const [first, last] = [words.slice(0, -1), words[words.length - 1]!];
    return t(or, { first: first.join(t(comma)), last });
}

function who(rule: PolicyRule): string {
    const parts: string[] = [];
    const add = (key: Key, words: string[]) => {
        if (words.length) parts.push(t(key, { list: anyOf(words) }));
    };
    add(
        'policy.who.role',
        rule.role.map((role) => wordOf('role', role)),
    );
    add('policy.who.organisation', rule.organisation);
    add('policy.who.subject', rule.subject);
    return parts.length
        ? t('policy.who.some', { parts: parts.join(t('words.and')) })
        : t('policy.who.any');
}

function what(rule: PolicyRule): string {
    const of = rule.type.length ? anyOf(rule.type.map(shortName)) : t('policy.what.all');
    if (!rule.attrs.length) return of;
    return t('policy.what.attributes', { of, list: anyOf(rule.attrs.map(shortName)) });
}

/** "Who may do what." */
export function ruleSentence(rule: PolicyRule): string {
    const words = rule.action.map((action) => wordOf('policy.action', action));
    const actions = anyOf(words, 'words.orVerbs', 'words.verbComma');
    return t(rule.kind === 'permission' ? 'policy.permits' : 'policy.prohibits', {
        who: who(rule),
        what: what(rule),
        actions,
    });
}

function coarser(name: string, how: string | number): string {
    const of = name === 'observedAt' ? t('policy.coarser.times') : shortName(name);
    if (typeof how === 'number') return t('policy.coarser.step', { of, how });
    const mesh = /^(\d+) m$/.exec(how);
    if (mesh) return t('policy.coarser.mesh', { of, how: mesh[1]! });
    return t('policy.coarser.time', { of, how: spanWords(how) });
}

/** PT1H and the like in words; others as they are. */
function spanWords(how: string): string {
    const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(how);
    if (!match) return how;
    const parts = [
        match[1] && t('span.days', { count: match[1] }),
        match[2] && t('span.hours', { count: match[2] }),
        match[3] && t('span.minutes', { count: match[3] }),
    ];
    return parts.filter(Boolean).join(' ') || how;
}

function placeWords(geo: Record<string, unknown>): string {
    return ['geoproperty', 'georel', 'geometry', 'coordinates']
        .filter((name) => geo[name] !== undefined)
        .map((name) => (name === 'coordinates' ? JSON.stringify(geo[name]) : String(geo[name])))
        .join(' ');
}

/** When and how it holds, each as a sentence. */
export function ruleConditions(rule: PolicyRule): string[] {
    const out: string[] = [];
    const add = (key: Key, text: string) => {
        if (text) out.push(t(key, { text }));
    };
    add('policy.only.id', rule.idPattern);
    add('policy.only.scope', rule.scope);
    add('policy.only.q', rule.q);
    if (rule.geo) add('policy.only.place', placeWords(rule.geo));
    add('policy.only.purpose', anyOf(rule.purpose));
    add('policy.only.assurance', anyOf(rule.assurance));
    if (rule.from !== null) add('policy.only.from', fullTime(rule.from, language()));
    if (rule.until !== null) add('policy.only.until', fullTime(rule.until, language()));
    add('policy.only.hours', rule.hours);
    if (rule.count !== null) {
        const each = rule.each ? spanWords(rule.each) : '';
        out.push(t(each ? 'policy.only.countEach' : 'policy.only.count', { count: rule.count, each }));
    }
    for (const [name, how] of rule.coarsen) out.push(coarser(name, how));
    return out;
}

export function personalSentence(personal: PersonalTypes): string {
    return t('policy.personal', {
        types: anyOf(personal.type.map(shortName)),
        purposes: anyOf(personal.purpose),
    });
}

/** Whom it is told to besides; empty: nobody. */
export function toldToPeople(personal: PersonalTypes): string {
    if (!personal.person.length) return '';
    return t('policy.told', { attributes: anyOf(personal.person.map(shortName)) });
}

/** What its author says it is for, in the language of the page if it is there. */
export function purposeOf(said: { ja: string; en: string }): string {
    return language() === 'en' ? said.en || said.ja : said.ja || said.en;
}
