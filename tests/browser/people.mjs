// What the tests of people do beside the page: they ask the server, and shut its door.
import assert from 'node:assert/strict';

/** The answer to a request of the server's own page, which is taken. */
export async function post(server, path, body) {
    const answer = await fetch(server.url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: server.url },
        body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
}

/** What it says, as JSON. */
export const told = async (...asked) => (await post(...asked)).json();

/** An invitation, with its code. */
export async function invited(server, body = {}) {
    const asked = { displayName: '山田 花子', grants: [{ role: 'reader' }], ...body };
    return told(server, '/musubi/v1/invitations', asked);
}

/** The session of somebody who was invited and came in by a password. */
export async function sessionOf(server, body) {
    const { code } = await invited(server, body);
    const password = '四つの言葉を並べた合言葉';
    const accepted = await post(server, '/musubi/v1/invitations/accept', { code, password });
    return /musubi_session=([^;]+)/.exec(accepted.headers.get('set-cookie'))[1];
}

/** The test's server is open; who is not signed in is turned away all the same, as one that is not would do. */
export async function closed(page) {
    await page.route('**/musubi/v1/town', async (route) => {
        const cookies = await page.context().cookies();
        if (cookies.some((one) => one.name === 'musubi_session')) return route.continue();
        const problem = { type: 'about:blank', title: 'A key is needed', status: 401 };
        return route.fulfill({ status: 401, json: problem });
    });
}
