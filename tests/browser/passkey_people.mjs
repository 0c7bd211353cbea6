// People of a server of their own, as their browsers ask it, without a page.
import assert from 'node:assert/strict';
import { given, serve } from './server.mjs';
import { SoftAuthenticator } from './soft_authenticator.mjs';

export const needsOwn = { skip: given ? 'needs people of its own' : false };
export const kPassword = '四つの言葉を並べた合言葉';

export let server;
/** Its pages, by a name: an address has no passkeys. */
export let origin;
export async function begin() {
    server = await serve({ wrong: 1 });
    origin = server.url.replace('127.0.0.1', 'localhost');
}
export const end = () => server?.stop();

/** Somebody's browser: what it asks, with its cookie. */
export class Person {
    cookie = '';
    async ask(method, path, body, headers = {}) {
        const answer = await fetch(`${origin}${path}`, {
            method,
            headers: {
                'Content-Type': 'application/json',
                Origin: origin,
                ...(this.cookie && { Cookie: this.cookie }),
                ...headers,
            },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const set = answer.headers.get('set-cookie');
        if (set) this.cookie = set.split(';')[0];
        const text = await answer.text();
        return { status: answer.status, body: text ? JSON.parse(text) : null };
    }
    async need(status, method, path, body) {
        const answer = await this.ask(method, path, body);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        return answer.body;
    }
    me = (path, method = 'GET', body = undefined, status = method === 'GET' ? 200 : 201) =>
        this.need(status, method, `/musubi/v1/me${path}`, body);
}

export async function invited() {
    const operator = new Person();
    const made = await operator.need(201, 'POST', '/musubi/v1/invitations', {
        grants: [{ role: 'reader' }],
    });
    return made.code;
}
let people = 0;
export const nextName = () => `person-${++people}`;

export async function withPassword(name = nextName()) {
    const person = new Person();
    const code = await invited();
    const body = { code, name, password: kPassword };
    await person.need(201, 'POST', '/musubi/v1/invitations/accept', body);
    person.name = name;
    return person;
}
export async function withPasskey(device = new SoftAuthenticator(origin)) {
    const person = new Person();
    const who = { code: await invited(), name: nextName() };
    const options = await person.need(200, 'POST', '/musubi/v1/invitations/options', who);
    const passkey = device.register(options);
    await person.need(201, 'POST', '/musubi/v1/invitations/accept', { ...who, passkey });
    person.name = who.name;
    return { person, device };
}
export const asked = (who) => who.need(200, 'POST', '/musubi/v1/session/options', {});
export const signIn = (who, passkey) => who.ask('POST', '/musubi/v1/session', { passkey });
export async function journal() {
    return new Person().need(200, 'GET', '/musubi/v1/journal?limit=50');
}
