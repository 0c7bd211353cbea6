/** What is held about oneself, and who looked: docs/citizens.md. */
import type { Looks, HeldType, Look } from '../model/mine';
import { fetchJson, fetchWithNext } from './client';

const kMe = '/musubi/v1/me';
const kLooksAtOnce = 50;

/** Of which of the person's tenants; null: the one that is theirs first. */
const headersOf = (tenant: string | null): Record<string, string> =>
    tenant ? { 'NGSILD-Tenant': tenant } : {};

interface Held {
    types: HeldType[];
}
export const fetchHeld = (tenant: string | null) =>
    fetchJson<Held>(`${kMe}/held`, headersOf(tenant)).then(({ types }) => types);

/** The type with more of its entities behind those that are known. */
export async function goOnHeld(known: HeldType, tenant: string | null): Promise<HeldType> {
    if (!known.next) return known;
    const { types } = await fetchJson<Held>(known.next, headersOf(tenant));
    const more = types[0];
    if (!more) return { ...known, next: undefined };
    return { ...more, entities: [...known.entities, ...more.entities] };
}

export const fetchLooks = (others: boolean, tenant: string | null) =>
    goOnLooks(`${kMe}/looks?limit=${kLooksAtOnce}${others ? '&others=true' : ''}`, tenant);

export async function goOnLooks(path: string, tenant: string | null): Promise<Looks> {
    const { value, next } = await fetchWithNext<Look[]>(path, undefined, headersOf(tenant));
    return { looks: value, next };
}
