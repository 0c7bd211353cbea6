// The independent judge of passkeys: @simplewebauthn/server. It looks for `globalThis.crypto`, which node 18 (Debian's
// own) has in a module alone; so it is put there first.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;

export const { verifyAuthenticationResponse, verifyRegistrationResponse } = await import('@simplewebauthn/server');
