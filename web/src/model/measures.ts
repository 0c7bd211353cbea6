/** Measures of projects: what they are, and how their values are shown. */
import type { Words } from '../api/types';
import { unitText, type Language } from './text';

export interface MeasurePart {
    name: string;
    is: string;
    type: string;
    attribute: string;
    unit?: string;
    q?: string;
}

export interface Measure {
    id: string;
    name: Words;
    words: Words;
    unit: string;
    direction: 'up' | 'down';
    period: string;
    formula: string;
    decimals: number;
    goals: { by: string; value: number }[];
    definition: { by?: string; parts: MeasurePart[] };
    hash: string;
}

export interface MeasureValue {
    from: string;
    to: string;
    asOf: string;
    name: Words;
    group?: string;
    value?: number;
    lack?: Words;
    /** A reading it is made of was entered by hand. */
    byHand?: boolean;
    parts: { name: string; value?: number; readings: number; entities: number }[];
    readingsRoot: string;
    /** Of a period that is over: which revision of it the server keeps. */
    revision?: number;
}

/** A final value as the server wrote it once. */
export interface ValueRevision {
    revision: number;
    writtenAt: string;
    asOf?: string;
    value?: number;
    lack?: Words;
    readings: number;
    entities: number;
    hash: string;
    codeVersion: string;
    /** Not of a group that is too small to be shown. */
    readingsRoot?: string;
    /** Against the revision before. */
    why: { kind: string; words: Words }[];
}

/** The newest first, each with what it was before; nothing: it is the first that is kept. */
export const changesOf = (
    revisions: ValueRevision[],
): { now: ValueRevision; before: ValueRevision | undefined }[] =>
    revisions.map((now, at) => ({ now, before: revisions[at - 1] })).reverse();

/** What is entered by hand for a measure. */
export interface HandKind {
    of: string;
    unit: string;
}

const kHandValue = 'https://uri.etsi.org/ngsi-ld/default-context/HandValue';

/** What people enter for the measure, by the condition of its parts. */
export function handKindsOf(measure: Measure): HandKind[] {
    const kinds = new Map<string, HandKind>();
    for (const { type, q, unit } of measure.definition.parts) {
        const of = /(?:^|[/;])of>?=="([a-z0-9-]+)"/.exec(q ?? '')?.[1];
        if (type === kHandValue && of && unit) kinds.set(of, { of, unit });
    }
    return [...kinds.values()];
}

/** UN/CEFACT codes of what measures come in (docs/measures.md) that have a word; a number of things has none. */
const kUnits: Record<Language, Record<string, string>> = {
    ja: { C62: '', IE: '人', JPY: '円', SEC: '秒', MIN: '分', HUR: '時間', DAY: '日', MON: 'か月', ANN: '年' },
    en: {
        C62: '',
        IE: 'people',
        JPY: 'yen',
        SEC: 's',
        MIN: 'min',
        HUR: 'h',
        DAY: 'days',
        MON: 'months',
        ANN: 'years',
    },
};
/** The rest of them, which is written alike everywhere. */
const kSigns: Record<string, string> = {
    KMT: 'km',
    MTK: 'm²',
    HAR: 'ha',
    KMK: 'km²',
    LTR: 'L',
    MTQ: 'm³',
    GRM: 'g',
    KGM: 'kg',
    TNE: 't',
    KWH: 'kWh',
    MWH: 'MWh',
    KMH: 'km/h',
};

/** A code that is not known stands as it is. */
export const unitWords = (code: string, language: Language): string =>
    kUnits[language][code] ?? kSigns[code] ?? unitText(code);
export const unitOf = (measure: Measure, language: Language): string =>
    unitWords(measure.unit, language);

/** 20,000 円, 3.5%, 12 */
export const withUnit = (number: string, unit: string): string =>
    unit && unit !== '%' ? `${number} ${unit}` : number + unit;

/** All its digits, or so many decimals; thousands apart, a true minus sign, never −0. */
export function numberText(value: number, decimals?: number): string {
    const text = value.toLocaleString('en', {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals ?? 20,
    });
    return text.replace('-', /[1-9]/.test(text) ? '−' : '');
}

export const valueText = (measure: Measure, value: number, language: Language): string =>
    withUnit(numberText(value, measure.decimals), unitOf(measure, language));

const kDay = 24 * 3_600_000;
const kJapan = 9 * 3_600_000;
/** How long each period is at most, and how many are shown. */
const kShown: Record<string, [days: number, count: number]> = {
    day: [1, 7],
    week: [7, 6],
    month: [31, 6],
    quarter: [92, 4],
    'fiscal-year': [366, 3],
    'calendar-year': [366, 3],
};

/** The day in Japan of a moment, as YYYY-MM-DD. */
export const dayOf = (time: number): string => new Date(time + kJapan).toISOString().slice(0, 10);

/** The days whose periods are shown: the last few up to `present`. */
export function shownDays(period: string, present: number): [from: string, to: string] {
    const [days, count] = kShown[period] ?? [31, 6];
    return [dayOf(present - days * kDay * (count - 1)), dayOf(present)];
}

/** The names of the groups, in their order; of a measure without a break-down one, without a name. */
export const groupsOf = (values: MeasureValue[]): (string | undefined)[] => [
    ...new Set(values.map(({ group }) => group)),
];

/** The periods, the newest first: by where they begin. */
export const periodsOf = (values: MeasureValue[]): MeasureValue[] =>
    [...new Map(values.map((value) => [value.from, value])).values()].reverse();

export const valueAt = (
    values: MeasureValue[],
    from: string,
    group: string | undefined,
): MeasureValue | undefined =>
    values.find((value) => value.from === from && value.group === group);

/** How a part is called in the words of its measure: ①, or (1). */
export const partSign = (place: number, language: Language): string =>
    language === 'ja' && place < 20 ? String.fromCodePoint(0x2460 + place) : `(${place + 1})`;
