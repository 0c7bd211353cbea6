// A provider of OpenID Connect that does what a test tells it: ID Tokens of every kind, slow and huge answers.
// What it signs and checks is the work of `jose` (npm), not of the program that is tested.
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as jose from 'jose';

export const kClient = 'musubi';

/** `tell` is changed by a test: what the next answers are like. */
export async function fakeProvider({ algorithm = 'ES256', clientKey = null } = {}) {
    const pair = await jose.generateKeyPair(algorithm, { extractable: true });
    const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: 'one', alg: algorithm, use: 'sig' };
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = {
        issuer,
        jwk,
        privateKey: pair.privateKey,
        tell: {},
        keys: [jwk],
        keysAsked: 0,
        nonces: new Map(),
        assertions: [],
        /** The claims of a good ID Token. */
        claims: (nonce, subject = 'subject-of-yamada') => ({
            iss: issuer,
            sub: subject,
            aud: kClient,
            nonce,
            iat: Math.floor(Date.now() / 1000),
            exp: Math.floor(Date.now() / 1000) + 300,
        }),
        sign: (claims, header = {}) =>
            new jose.SignJWT(claims)
                .setProtectedHeader({ alg: algorithm, kid: 'one', typ: 'JWT', ...header })
                .sign(pair.privateKey),
        stop: async () => {
            server.closeAllConnections();
            server.close();
        },
    };
    const json = (response, body, status = 200) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(body));
    };
    const form = async (request) => {
        let text = '';
        for await (const part of request) text += part;
        return new URLSearchParams(text);
    };
    const answers = {
        '/.well-known/openid-configuration': (request, response) =>
            json(response, {
                issuer,
                authorization_endpoint: `${issuer}/auth`,
                token_endpoint: `${issuer}/token`,
                jwks_uri: `${issuer}/keys`,
                end_session_endpoint: `${issuer}/logout`,
                response_types_supported: ['code'],
                authorization_response_iss_parameter_supported: true,
                ...provider.tell.discovery,
            }),
        '/keys': (request, response) => {
            provider.keysAsked += 1;
            json(response, { keys: provider.keys });
        },
        '/token': async (request, response) => {
            const asked = await form(request);
            provider.asked = asked;
            provider.authorization = request.headers.authorization;
            if (provider.tell.token === 'slow') return; // never
            if (provider.tell.token === 'huge') {
                response.writeHead(200, { 'Content-Type': 'application/json' });
                response.write('{"id_token":"');
                for (let i = 0; i < 64; ++i) response.write('x'.repeat(65536));
                return response.end('"}');
            }
            if (provider.tell.token === 'error') return json(response, { error: 'invalid_grant' }, 400);
            if (clientKey) {
                provider.assertions.push(
                    await jose.jwtVerify(asked.get('client_assertion'), clientKey, {
                        issuer: kClient,
                        subject: kClient,
                        audience: `${issuer}/token`,
                        maxTokenAge: '2 min',
                    }),
                );
            }
            const nonce = provider.nonces.get(asked.get('code'));
            const made = provider.tell.idToken ?? ((one) => provider.sign(provider.claims(one)));
            return json(response, {
                access_token: 'a',
                token_type: 'Bearer',
                id_token: await made(nonce),
            });
        },
    };
    server.on('request', (request, response) => {
        const answer = answers[new URL(request.url, issuer).pathname];
        if (answer) return void Promise.resolve(answer(request, response)).catch(() => response.destroy());
        json(response, {}, 404);
    });
    /** What the browser would bring back: the code for the question that it was sent with. */
    provider.answer = (location) => {
        const question = new URL(location).searchParams;
        const code = `code-${Math.random()}`;
        provider.nonces.set(code, question.get('nonce'));
        return { code, state: question.get('state'), iss: issuer, question };
    };
    return provider;
}
