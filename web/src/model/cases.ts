/** Cases: what a search and a comparison tell, what a case holds, and how a form becomes one (docs/cases.md). */
import type { Words } from '../api/types';

export const kChallenges = [
    'hands',
    'markets',
    'public-cost',
    'industry-decline',
    'selling-further',
    'visitors',
    'keeping-services',
    'safety',
];
export const kRoles = ['productivity', 'industry', 'public-services', 'use-of-data', 'living'];
export const kFunctions = [
    'wifi-halow',
    'local-5g',
    'satellite',
    'realtime-link',
    'three-d',
    'ai-engine',
    'cameras-sensors',
];
export const kTiers = ['any-town', 'core', 'outside'];
export const kFactors = [
    'talks',
    'allies',
    'one-hall',
    'residents',
    'goals-roles',
    'telling',
    'quick-decisions',
];
export const kCaseKinds = ['learning', 'success'];
export const kCaseOutcomes = ['go', 'change', 'hold', 'stop', 'handover'];

export interface CaseFinding {
    measure: string;
    estimate: number;
    lower: number;
    upper: number;
    unit: string;
    method: string;
    better?: 'up' | 'down';
}
/** Everything but the first four may be missing: it was not said. */
export interface Case {
    id: string;
    kind: string;
    title: string;
    challenge: string;
    outcome: string;
    role?: string;
    functions?: string[];
    field?: string;
    fiscalYear?: number;
    townCode?: string;
    summary?: string;
    interview?: Record<string, string>;
    hurdles?: { hurdle: string; way?: string }[];
    learnt?: string[];
    found?: CaseFinding[];
    people?: { role: string; tier: string }[];
    money?: { setUp?: number; yearly?: number };
    /** Of a project that was brought as an example. */
    isExample?: string;
    /** Where it was made of a project's own evidence. */
    ofProject?: string;
}
export interface CaseHit {
    rank: number;
    case: Case;
    words: string[];
    /** A JSON pointer into the case. */
    place: string;
    snippet: { text: string; hit: boolean }[];
}
export interface CaseHits {
    words: string[];
    total: number;
    hits: CaseHit[];
}
export interface FitReason extends Words {
    criterion: string;
    en: string;
}
export interface FittingCase {
    case: Case;
    fit: {
        score: number | null;
        /** Of 100, how much could be compared. */
        compared: number;
        stopped: boolean;
        for: FitReason[];
        against: FitReason[];
        notCompared: FitReason[];
    };
}

/** Filters of a search by the names of the query. */
export const kFilters = ['q', 'kind', 'challenge', 'function', 'outcome', 'field', 'from', 'to'] as const;
export type CaseFilters = Record<(typeof kFilters)[number], string>;
export function filtersOf(address: string): CaseFilters {
    const query = new URLSearchParams(address);
    return Object.fromEntries(kFilters.map((name) => [name, query.get(name) ?? ''])) as CaseFilters;
}
export function queryOf(filters: Partial<Record<string, string>>): string {
    const said = Object.entries(filters).filter(([, value]) => value?.trim());
    return new URLSearchParams(said.map(([name, value]) => [name, value!.trim()])).toString();
}

/** What a form of a case holds: texts as they were typed. */
export interface CaseForm {
    slug: string;
    kind: string;
    title: string;
    challenge: string;
    outcome: string;
    role: string;
    functions: string[];
    field: string;
    fiscalYear: string;
    townCode: string;
    summary: string;
    interview: Record<string, string>;
    hurdles: { hurdle: string; way: string }[];
    learnt: string[];
    people: { role: string; tier: string }[];
    setUp: string;
    yearly: string;
}
export const emptyForm = (): CaseForm => ({
    slug: '',
    kind: '',
    title: '',
    challenge: '',
    outcome: '',
    role: '',
    functions: [],
    field: '',
    fiscalYear: '',
    townCode: '',
    summary: '',
    interview: {},
    hurdles: [{ hurdle: '', way: '' }],
    learnt: [''],
    people: [{ role: '', tier: 'any-town' }],
    setUp: '',
    yearly: '',
});

const kSlug = /^[a-z0-9][a-z0-9-]{0,63}$/;
const isNumber = (text: string) => text === '' || /^\d+(\.\d+)?$/.test(text);
/** What is missing or written otherwise than it has to be, by the names of the fields. */
export function lacksOf(form: CaseForm): string[] {
    return [
        ...(['kind', 'title', 'challenge', 'outcome'] as const).filter((name) => !form[name].trim()),
        ...(kSlug.test(form.slug) ? [] : ['slug']),
        ...(form.fiscalYear === '' || /^(19[5-9]\d|20\d\d|2100)$/.test(form.fiscalYear)
            ? []
            : ['fiscalYear']),
        ...(form.townCode === '' || /^\d{5}$/.test(form.townCode) ? [] : ['townCode']),
        ...(['setUp', 'yearly'] as const).filter((name) => !isNumber(form[name])),
    ];
}

/** What is sent: what was not said is left out. */
export function membersOf(form: CaseForm): Record<string, unknown> {
    const text = (value: string) => value.trim() || undefined;
    const number = (value: string) => (value === '' ? undefined : Number(value));
    const some = <T>(all: T[]) => (all.length ? all : undefined);
    const interview = Object.fromEntries(
        kFactors.flatMap((factor) => {
            const said = form.interview[factor]?.trim();
            return said ? [[factor, said]] : [];
        }),
    );
    const money = { setUp: number(form.setUp), yearly: number(form.yearly) };
    const all = {
        kind: form.kind,
        title: form.title.trim(),
        challenge: form.challenge,
        outcome: form.outcome,
        role: text(form.role),
        functions: some(form.functions),
        field: text(form.field),
        fiscalYear: number(form.fiscalYear),
        townCode: text(form.townCode),
        summary: text(form.summary),
        interview: Object.keys(interview).length ? interview : undefined,
        hurdles: some(
            form.hurdles
                .filter(({ hurdle }) => hurdle.trim())
                .map(({ hurdle, way }) => ({ hurdle: hurdle.trim(), way: text(way) })),
        ),
        learnt: some(form.learnt.map((one) => one.trim()).filter(Boolean)),
        people: some(form.people.filter(({ role }) => role.trim())),
        money: money.setUp === undefined && money.yearly === undefined ? undefined : money,
    };
    return JSON.parse(JSON.stringify(all)) as Record<string, unknown>;
}
