/** Passkeys (WebAuthn): what the server wants the browser to be asked, and what the browser answers: docs/people.md. */
import { fetchJson, sendJson } from './client';
import type { Session } from './people';

export interface Passkey {
    id: string;
    name: string;
    addedAt: string;
    usedAt?: string;
    /** It may be on several devices. */
    synced: boolean;
}

/** What the server sends: bytes are in base64url. */
interface Options {
    challenge: string;
    user?: { id: string };
    excludeCredentials?: { id: string }[];
}

const kPasskeys = '/musubi/v1/me/passkeys';

/** A browser makes passkeys for a name, never for an address, and tells nothing of them to a page without TLS. */
export const passkeysWork =
    isSecureContext &&
    'PublicKeyCredential' in window &&
    !/^[\d.]+$|:/.test(location.hostname);

function bytes(text: string): Uint8Array<ArrayBuffer> {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer: ArrayBuffer | null): string | undefined {
    if (!buffer) return undefined;
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const asked = (options: Options) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    excludeCredentials: options.excludeCredentials?.map((one) => ({ ...one, id: bytes(one.id) })),
});

const named = (credential: PublicKeyCredential) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
});

/** Fails: DOMException where the person gave up, or the device can not or has one already. */
async function make(options: Options) {
    const publicKey = asked(options) as unknown as PublicKeyCredentialCreationOptions;
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    const response = made.response as AuthenticatorAttestationResponse;
    return {
        ...named(made),
        response: {
            clientDataJSON: text(response.clientDataJSON),
            attestationObject: text(response.attestationObject),
            transports: response.getTransports?.() ?? [],
        },
    };
}

/** Fails: Problem; DOMException as `make`. */
export async function signInByPasskey(): Promise<Session> {
    const options = await sendJson<Options>('POST', '/musubi/v1/session/options', {});
    const publicKey = asked(options) as unknown as PublicKeyCredentialRequestOptions;
    const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
    const response = shown.response as AuthenticatorAssertionResponse;
    const passkey = {
        ...named(shown),
        response: {
            clientDataJSON: text(response.clientDataJSON),
            authenticatorData: text(response.authenticatorData),
            signature: text(response.signature),
            userHandle: text(response.userHandle),
        },
    };
    return sendJson<Session>('POST', '/musubi/v1/session', { passkey });
}

export const fetchPasskeys = () => fetchJson<Passkey[]>(kPasskeys);
/** Fails: as signInByPasskey. */
export async function addPasskey(name: string): Promise<void> {
    const passkey = await make(await sendJson<Options>('POST', `${kPasskeys}/options`, {}));
    await sendJson('POST', kPasskeys, name ? { passkey, name } : { passkey });
}
const one = (id: string) => `${kPasskeys}/${encodeURIComponent(id)}`;
export const renamePasskey = (id: string, name: string) =>
    sendJson<null>('PATCH', one(id), { name });
export const removePasskey = (id: string) => sendJson<null>('DELETE', one(id));
export const removePassword = () => sendJson<null>('DELETE', '/musubi/v1/me/password');

/** Comes in by an invitation. Fails: as signInByPasskey. */
export async function acceptByPasskey(
    newcomer: { code: string; name?: string; displayName?: string },
    passkeyName: string,
): Promise<void> {
    const options = await sendJson<Options>('POST', '/musubi/v1/invitations/options', newcomer);
    const passkey = await make(options);
    const more = passkeyName ? { passkeyName } : {};
    await sendJson('POST', '/musubi/v1/invitations/accept', { ...newcomer, passkey, ...more });
}

/** What this device may be called. */
export function deviceName(): string {
    const known = /Android|iPhone|iPad|Windows|Macintosh|CrOS|Linux/.exec(navigator.userAgent)?.[0];
    return { Macintosh: 'Mac', CrOS: 'Chromebook' }[known ?? ''] ?? known ?? '';
}
