/** Cases: searched, read, written, and held against our situation. */
import { queryOf, type Case, type CaseFilters, type CaseHits, type FittingCase } from '../model/cases';
import { slugOf } from '../model/loop';
import { fetchJson, sendJson } from './client';

const kCases = '/musubi/v1/cases';

export const searchCases = (filters: CaseFilters, offset: number, limit: number) =>
    fetchJson<CaseHits>(
        `${kCases}?${queryOf({ ...filters, offset: String(offset), limit: String(limit) })}`,
    );

/** A case with its title, which stands in the entity alone. Fails: Problem 404. */
export async function fetchCase(slug: string): Promise<Case> {
    const [found, entity] = await Promise.all([
        fetchJson<Case>(`${kCases}/${encodeURIComponent(slug)}`),
        fetchJson<{ title?: unknown }>(
            `/ngsi-ld/v1/entities/${encodeURIComponent(`urn:ngsi-ld:Case:${slug}`)}?format=simplified&attrs=title`,
        ),
    ]);
    return { ...found, title: found.title || String(entity.title ?? slugOf(found.id)) };
}
export const putCase = (slug: string, members: Record<string, unknown>) =>
    sendJson<null>('PUT', `${kCases}/${encodeURIComponent(slug)}`, members);

/** What was not said (null) is not compared; an empty list says that there is none. */
export interface Situation {
    challenge: string;
    functions: string[] | null;
    tiers: string[] | null;
    town: string;
}
export function fetchFitting({ challenge, functions, tiers, town }: Situation) {
    const query = new URLSearchParams(
        Object.entries({ challenge, town }).filter(([, value]) => value),
    );
    if (functions) query.set('functions', functions.join(','));
    if (tiers) query.set('tiers', tiers.join(','));
    return fetchJson<{ cases: FittingCase[] }>(`/musubi/v1/fitting-cases?${query}`);
}
