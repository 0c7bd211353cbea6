/** Who is signed in, and their own account: docs/people.md. */
import { fetchJson, sendJson } from './client';

export interface Grant {
    id: string;
    tenant: string;
    role: string;
    types: string[];
    scopes?: string[];
    until?: string;
    holds: boolean;
    lentBy?: string;
}

/** A role that one lent, and to whom. */
export interface Loan extends Grant {
    to: { id: string; displayName: string };
}

export interface NewLoan {
    /** The name by which a colleague signs in. */
    to: string;
    /** Which of one's own roles. */
    grant: string;
    /** Not more than that role has; absent: all of it. */
    types?: string[];
    scopes?: string[];
    until: string;
}

export interface Me {
    id: string;
    name: string;
    displayName: string;
    grants: Grant[];
    hasPassword: boolean;
    passwordAt?: string;
    passkeys: number;
    recoveryCodesLeft: number;
}

export interface SessionLine {
    id: string;
    method: string;
    browser: string;
    createdAt: string;
    usedAt: string;
    endsAt: string;
    fresh: boolean;
    /** Signed in by a recovery code: a passkey is added, or another password chosen without the former one. */
    renew: boolean;
    /** How surely it is them, 1 to 3; and what the provider was asked for, where that is more. */
    assurance: number;
    assuranceAsked?: number;
    current?: boolean;
}

export interface Session {
    subject: string;
    tenant: string;
    role: string;
    session?: SessionLine;
}

const kMe = '/musubi/v1/me';
const kLoans = `${kMe}/loans`;
const kSession = '/musubi/v1/session';

export const signIn = (proof: { name: string } & ({ password: string } | { recoveryCode: string })) =>
    sendJson<Session>('POST', kSession, proof);
export const signOut = () => sendJson<{ providerSignOut: string } | null>('DELETE', kSession);
export const fetchSession = () => fetchJson<Session>(kSession);
export const fetchMe = () => fetchJson<Me>(kMe);
export const rename = (displayName: string) => sendJson<null>('PATCH', kMe, { displayName });
export const changePassword = (password: string, current: string) =>
    sendJson<Session>('PUT', `${kMe}/password`, current ? { password, current } : { password });
export const fetchSessions = () => fetchJson<SessionLine[]>(`${kMe}/sessions`);
export const endSession = (id: string) =>
    sendJson<null>('DELETE', `${kMe}/sessions/${encodeURIComponent(id)}`);
export const endOtherSessions = () => sendJson<Session>('DELETE', `${kMe}/sessions`);
export const fetchLoans = () => fetchJson<Loan[]>(kLoans);
export const lend = (loan: NewLoan) => sendJson<{ id: string }>('POST', kLoans, loan);
export const endLoan = (id: string) =>
    sendJson<null>('DELETE', `${kLoans}/${encodeURIComponent(id)}`);
export const makeRecoveryCodes = () =>
    sendJson<{ codes: string[] }>('POST', `${kMe}/recovery-codes`, {});
