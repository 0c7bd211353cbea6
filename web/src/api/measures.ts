/** What is measured, and its values: docs/measures.md. */
import type { Effect, EffectQuestion } from '../model/effect';
import type { HandKind, Measure, MeasureValue, ValueRevision } from '../model/measures';
import { fetchJson, sendJson } from './client';

const kMeasures = '/musubi/v1/measures';

export const fetchMeasures = () =>
    fetchJson<{ measures: Measure[] }>(kMeasures).then(({ measures }) => measures);

interface Measured {
    values: MeasureValue[];
    /** The version of how they are computed. */
    codeVersion: string;
    /** They are made of what the person may see: there may be more. */
    partial?: boolean;
}

/** The values of the periods that the days `from` to `to` (YYYY-MM-DD, in Japan) are in. */
export const fetchMeasured = (measure: string, from: string, to: string) =>
    fetchJson<Measured>(
        `${kMeasures}/${encodeURIComponent(measure)}/values?from=${from}&to=${to}`,
    );
export const fetchValues = (measure: string, from: string, to: string) =>
    fetchMeasured(measure, from, to).then(({ values }) => values);

/** What the server kept of a value, the oldest first; `day` is in its period. */
export function fetchRevisions(measure: string, day: string, group: string | undefined) {
    const query = new URLSearchParams({ from: day });
    if (group !== undefined) query.set('group', group);
    return fetchJson<{ revisions: ValueRevision[]; codeVersion: string }>(
        `${kMeasures}/${encodeURIComponent(measure)}/revisions?${query}`,
    );
}

interface Member {
    id: string;
    [attribute: string]: unknown;
}

/** The entities of a part, with its break-down and name; `q` as its definition has it. */
export function fetchMembers(type: string, q: string | undefined): Promise<Member[]> {
    const query = new URLSearchParams({ type, limit: '1000', format: 'simplified' });
    if (q) query.set('q', q);
    return fetchJson<Member[]>(`/ngsi-ld/v1/entities?${query}`);
}

/** A value of a day, as somebody enters it. */
export interface HandEntry extends HandKind {
    day: string;
    value: number;
    by: string;
    note: string;
    corrects: boolean;
}

export const enterByHand = (entry: HandEntry) =>
    sendJson<{ id: string }>('POST', '/musubi/v1/hand-values', entry);

/** Whether a project moved a measure: docs/effect.md. */
export function fetchEffect(question: EffectQuestion): Promise<Effect> {
    const { measure, comparison, ...rest } = question;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(rest)) if (value) query.set(name, value);
    for (const group of comparison) query.append('comparison', group);
    return fetchJson<Effect>(`${kMeasures}/${encodeURIComponent(measure)}/effect?${query}`);
}
