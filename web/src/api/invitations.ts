/** Coming in by an invitation: docs/people.md. */
import { Problem, fetchJson, sendJson } from './client';
import { forgetKey } from './key';
import type { Session } from './people';

export interface InvitedTo {
    role: string;
    tenant: string;
    types: string[];
    scopes?: string[];
    until?: string;
}

export interface Invitation {
    id: string;
    /** To sign in by; empty: who comes chooses it. */
    name: string;
    displayName: string;
    grants: InvitedTo[];
    /** It renews the password of somebody who is known. */
    person?: string;
    until: string;
}

export interface Newcomer {
    code: string;
    name?: string;
    displayName?: string;
    password?: string;
}

const kInvitations = '/musubi/v1/invitations';

/** What the code is for. A key that is kept and no longer holds does not stand in the way. */
export async function lookAtInvitation(code: string): Promise<Invitation> {
    const look = () => sendJson<Invitation>('POST', `${kInvitations}/look`, { code });
    try {
        return await look();
    } catch (error) {
        if (!(error instanceof Problem && error.status === 401)) throw error;
        forgetKey();
        return look();
    }
}

export const acceptInvitation = (newcomer: Newcomer) =>
    sendJson<Session | null>('POST', `${kInvitations}/accept`, newcomer);

/** The person who is signed in in this browser; null: nobody, or a key. */
export async function signedIn(): Promise<string | null> {
    try {
        const session = await fetchJson<Session & { person?: { displayName: string } }>(
            '/musubi/v1/session',
        );
        return session.session ? (session.person?.displayName ?? session.subject) : null;
    } catch {
        return null;
    }
}
