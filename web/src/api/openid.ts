/** Signing in at providers of OpenID Connect: docs/people.md. */
import { Problem, fetchJson, sendJson } from './client';
import { forgetKey } from './key';

interface Words {
    ja: string;
    en: string;
}
export interface Provider {
    id: string;
    name: Words;
    /** Who is not known gets an account. */
    creates: boolean;
}

export interface LinkedAccount {
    id: string;
    provider: string;
    /** None: the provider is no longer configured. */
    name?: Words;
    issuer: string;
    linkedAt: string;
}

export interface Start {
    aim: 'sign-in' | 'link' | 'accept';
    /** A path of this page to come back to. */
    to?: string;
    invitation?: string;
    name?: string;
    displayName?: string;
}

const kLinked = '/musubi/v1/me/openid';

export const fetchProviders = () => fetchJson<Provider[]>('/musubi/v1/openid');
export const fetchLinked = () => fetchJson<LinkedAccount[]>(kLinked);
export const unlink = (id: string) =>
    sendJson<null>('DELETE', `${kLinked}/${encodeURIComponent(id)}`);

/** The browser leaves for the provider. A key that is kept and no longer holds does not stand in the way. */
export async function goToProvider(id: string, start: Start): Promise<void> {
    const path = `/musubi/v1/openid/${encodeURIComponent(id)}/start`;
    const begin = () => sendJson<{ location: string }>('POST', path, start);
    let begun: { location: string };
    try {
        begun = await begin();
    } catch (error) {
        if (!(error instanceof Problem && error.status === 401)) throw error;
        forgetKey();
        begun = await begin();
    }
    location.assign(begun.location);
}
