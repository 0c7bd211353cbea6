// What the server says when a stage begins stands at the stage, and what a stop left at its decision and at the project's gates.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post, sessionOf, told } from './people.mjs';
import { riverWatch } from './project.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (!given) await riverWatch(server);
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');

test('a stage that begins after its days says so beside its promises', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/project/river-watch' });
    await page.getByRole('button', { name: /この段階を始める/ }).click();
    const ask = page.getByRole('group', { name: /段階を始める/ });
    await ask.getByRole('button').first().click();
    const notes = page.getByRole('note', { name: '始めるときに知っておくこと' });
    await notes.waitFor();
    assert.match(await plain(notes), /約束が固定されたのは 2021-08-14 で、段階が始まった後です/);
    await check(page);
    await shot(page, 'stage-notes');
    // It belongs to what was done here: another visit does not say it again.
    await page.reload();
    await page.locator('[data-stage=river-pilot]').waitFor();
    assert.equal(await notes.count(), 0);
    await page.context().close();
});

test('a stop leads to the case it left, from its decision and from the gates of the project', needsOwn, async () => {
    await post(server, '/musubi/v1/gates', { stage: 'river-pilot' });
    const { id } = await told(server, '/musubi/v1/organisations', { name: { ja: '審査会', en: 'Board' } });
    const session = await sessionOf(server, {
        name: 'board',
        displayName: '佐々木 一',
        organisation: id,
        grants: [{ role: 'independent-body' }],
    });
    const page = await openPage(browser, server, {
        hash: '#projects/gate/river-pilot-1',
        setUp: (page) =>
            page.context().addCookies([{ name: 'musubi_session', value: session, url: server.url }]),
    });
    await page.getByRole('radio', { name: 'やめる' }).check();
    await page.getByLabel('理由').fill('冬に電池が切れ、値が届かない');
    await page.getByRole('button', { name: '決定を起案する' }).click();
    const decision = page.locator('[data-decision=river-pilot-1-1]');
    await decision.waitFor();
    assert.equal(await decision.locator('[data-case]').count(), 0);
    await page.getByRole('button', { name: '署名する' }).click();
    await page.getByRole('group', { name: '署名する' }).getByRole('button').first().click();
    await decision.locator('[data-case]').waitFor();
    assert.match(await plain(decision), /残した事例 事例を読む: river-watch/);
    await check(page);
    await shot(page, 'decision-case');
    await page.goto(`${server.url}/#projects/project/river-watch`);
    const row = page.locator('[data-gate=river-pilot-1]');
    await row.locator('[data-case]').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/#projects\/case\/river-watch$/);
    await page.getByText('冬に電池が切れ、値が届かない').first().waitFor();
    await page.context().close();
});

for (const [language, words] of [
    ['ja', '事例を残せませんでした'],
    ['en', 'no case could be left'],
]) {
    test(`why no case was left is said in ${language}, with the way to write one`, needsOwn, async () => {
        const list = await (await fetch(`${server.url}/musubi/v1/decisions`)).json();
        delete list.items[0].leftCase;
        list.items[0].caseLack = { ja: '事例を残せませんでした（試験）', en: 'no case could be left (test)' };
        const page = await openPage(browser, server, {
            hash: '#projects/gate/river-pilot-1',
            width: 390,
            height: 844,
            language,
            setUp: (page) => page.route('**/musubi/v1/decisions*', (route) => route.fulfill({ json: list })),
        });
        const lack = page.locator('[data-decision=river-pilot-1-1] [data-case-lack]');
        await lack.waitFor();
        assert.ok((await plain(lack)).startsWith(words));
        await check(page);
        assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
        await page.locator('[data-decision=river-pilot-1-1] a').click();
        await page.waitForURL(/#projects\/new-case$/);
        await page.context().close();
    });
}
