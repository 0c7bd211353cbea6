/** Keys and machines: what opens the town to programs. docs/machines.md. */
import { fetchJson, sendJson } from './client';

/** What both are for. */
export interface Access {
    id: string;
    tenant: string;
    role: string;
    label: string;
    types: string[];
    scopes?: string[];
    organisation?: string;
    until?: string;
    holds: boolean;
    createdAt: string;
}

export type Key = Access;

export interface Machine extends Access {
    method: string;
    keyIds?: string[];
    thumbprint?: string;
    subject?: string;
    usedAt?: string;
    /** Told this once. */
    secret?: string;
}

export interface NewAccess {
    role: string;
    label?: string;
    types: string[];
    organisation?: string;
    until?: string;
}

/** One of them. */
export interface Proof {
    secret?: true;
    keys?: unknown;
    certificate?: string;
    subject?: string;
}

const kKeys = '/musubi/v1/keys';
const kMachines = '/musubi/v1/machines';

export const fetchKeys = () => fetchJson<Key[]>(kKeys);
export const fetchMachines = () => fetchJson<Machine[]>(kMachines);
export const makeKey = (body: NewAccess) => sendJson<{ key: string }>('POST', kKeys, body);
export const makeMachine = (body: NewAccess & Proof) =>
    sendJson<Machine>('POST', kMachines, body);
export const removeKey = (id: string) =>
    sendJson<null>('DELETE', `${kKeys}/${encodeURIComponent(id)}`);
export const removeMachine = (id: string) =>
    sendJson<null>('DELETE', `${kMachines}/${encodeURIComponent(id)}`);
