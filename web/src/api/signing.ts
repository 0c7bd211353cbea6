/** The keys by which the server and people sign: docs/people.md. */
import { fetchJson, sendJson } from './client';

/** A JSON Web Key (RFC 8037). */
export interface SigningKey {
    x: string;
    kid: string;
    /** "person:ID"; absent: the server's. */
    subject?: string;
    from?: string;
    until?: string;
}

const kOwn = '/musubi/v1/me/signing-keys';
const kAll = '/musubi/v1/signing-keys';
const keysOf = (path: string) => fetchJson<{ keys: SigningKey[] }>(path).then(({ keys }) => keys);

/** The newest first. */
export const fetchOwnSigningKeys = () => keysOf(kOwn);
/** Those by which checkpoints of the journal are signed. */
export const fetchServerKeys = () =>
    keysOf(kAll).then((keys) => keys.filter((key) => key.subject === undefined));
/** The one that is named ends. */
export const makeSigningKey = (replaces?: string) =>
    sendJson<SigningKey>('POST', kOwn, replaces ? { replaces } : {});
