// An authenticator and a browser made of node's own cryptography: each part may be wrong, as a test wants it.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

function head(major, number) {
    if (number < 24) return Buffer.from([(major << 5) | number]);
    if (number < 256) return Buffer.from([(major << 5) | 24, number]);
    return Buffer.from([(major << 5) | 25, number >> 8, number & 255]);
}
const integer = (n) => (n >= 0 ? head(0, n) : head(1, -1 - n));
const bytes = (b) => Buffer.concat([head(2, b.length), b]);
const text = (t) => Buffer.concat([head(3, Buffer.byteLength(t)), Buffer.from(t)]);
const map = (...parts) => Buffer.concat([head(5, parts.length / 2), ...parts]);

const kAlgorithms = {
    '-7': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    '-8': () => generateKeyPairSync('ed25519'),
    '-257': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

function coseKey(publicKey, algorithm) {
    const jwk = publicKey.export({ format: 'jwk' });
    const part = (name) => bytes(Buffer.from(jwk[name], 'base64url'));
    const key = (kind, ...more) =>
        map(integer(1), integer(kind), integer(3), integer(algorithm), ...more);
    if (algorithm === -7)
        return key(2, integer(-1), integer(1), integer(-2), part('x'), integer(-3), part('y'));
    if (algorithm === -8) return key(1, integer(-1), integer(6), integer(-2), part('x'));
    return key(3, integer(-1), part('n'), integer(-2), part('e'));
}

export class SoftAuthenticator {
    constructor(origin, algorithm = -7) {
        this.origin = origin;
        this.rpId = new URL(origin).hostname;
        this.algorithm = algorithm;
        this.keys = kAlgorithms[algorithm]();
        this.id = randomBytes(20);
        this.count = 0;
        this.flags = 5; // user present and verified
        this.format = 'none';
        this.crossOrigin = false;
        this.extra = {};
    }
    clientData(type, challenge) {
        const said = { type, challenge, origin: this.origin, crossOrigin: this.crossOrigin };
        return Buffer.from(JSON.stringify({ ...said, ...this.extra }));
    }
    data(attested) {
        const count = Buffer.alloc(4);
        count.writeUInt32BE(this.count);
        const size = Buffer.from([this.id.length >> 8, this.id.length & 255]);
        const credential = [Buffer.alloc(16), size, this.id, this.publicKey];
        return Buffer.concat([
            sha256(this.rpId),
            Buffer.from([this.flags | (attested ? 64 : 0)]),
            count,
            ...(attested ? credential : []),
        ]);
    }
    get publicKey() {
        return coseKey(this.keys.publicKey, this.algorithm);
    }
    sign(signed) {
        return sign(this.algorithm === -8 ? null : 'sha256', signed, this.keys.privateKey);
    }
    /** RegistrationResponseJSON. */
    register(options, type = 'webauthn.create') {
        this.userHandle = options.user.id;
        const clientData = this.clientData(type, options.challenge);
        const data = this.data(true);
        const signature = () => this.sign(Buffer.concat([data, sha256(clientData)]));
        const statement =
            this.format === 'packed'
                ? map(text('alg'), integer(this.algorithm), text('sig'), bytes(signature()))
                : map();
        const object = map(
            ...[text('fmt'), text(this.format)],
            ...[text('attStmt'), statement],
            ...[text('authData'), bytes(data)],
        );
        return {
            id: base64url(this.id),
            rawId: base64url(this.id),
            type: 'public-key',
            clientExtensionResults: {},
            response: {
                clientDataJSON: base64url(clientData),
                attestationObject: base64url(object),
                transports: ['internal'],
            },
        };
    }
    /** AuthenticationResponseJSON. */
    assert(options, type = 'webauthn.get') {
        const clientData = this.clientData(type, options.challenge);
        const data = this.data(false);
        return {
            id: base64url(this.id),
            rawId: base64url(this.id),
            type: 'public-key',
            clientExtensionResults: {},
            response: {
                clientDataJSON: base64url(clientData),
                authenticatorData: base64url(data),
                signature: base64url(this.sign(Buffer.concat([data, sha256(clientData)]))),
                userHandle: this.userHandle,
            },
        };
    }
}
