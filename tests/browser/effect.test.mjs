// 効果: a project that moved a measure is told from one that did not; where nobody can say, it says why.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { kSeason, seasonFolder } from './river.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'needs a season of its own' : false };
const kEffect = 0.8;

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ folder: given ? null : seasonFolder(kEffect) });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const numberIn = (text) => Number(/効果は (−?[\d.]+)/.exec(text)[1].replace('−', '-'));
async function opened(hash, options = {}) {
    const page = await openPage(browser, server, { hash, ...options });
    await page.locator('#effect-found').waitFor();
    return page;
}
const linked = (river, method) =>
    `#projects/effect/highest-level/${kSeason.start}/${method}/${encodeURIComponent(river)}`;

test('from a measure to its effect, by clicks', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/measures/highest-level' });
    await page.locator('[data-measure=highest-level]').getByRole('link', { name: '効果を調べる' }).click();
    await page.getByLabel('取り組みが始まった日').fill(kSeason.start);
    await page.getByLabel('取り組みのある区分').selectOption('試験川1');
    await page.getByRole('radio', { name: /ほかの区分を混ぜた/ }).check();
    await page.getByRole('button', { name: '調べる' }).click();
    const verdict = await plain(page.locator('.verdict'));
    assert.match(verdict, /偶然とは考えにくい/);
    assert.ok(Math.abs(numberIn(verdict) - kEffect) < 0.1, verdict);
    assert.ok(decodeURIComponent(page.url()).endsWith(`/${kSeason.start}/sc/試験川1`));
    await page.context().close();
});

for (const method of ['its', 'did', 'sc', 'sdid']) {
    test(`${method} finds the effect that is there, and none where there is none`, needsOwn, async () => {
        const moved = await opened(linked('試験川1', method));
        const told = await plain(moved.locator('.verdict, [data-refused]'));
        assert.ok(Math.abs(numberIn(told) - kEffect) < 0.4, told);
        await moved.context().close();
        const still = await opened(linked('試験川9', method));
        assert.doesNotMatch(await plain(still.locator('.verdict, [data-refused]')), /偶然とは考えにくい/);
        await still.context().close();
    });
}

test('each number of the picture opens to its readings; all goes out as CSV', needsOwn, async () => {
    const page = await opened(linked('試験川1', 'sc'));
    await page.getByText('図の数字と、元の読み取り').click();
    const rows = page.locator('#effect-series').locator('xpath=../..').locator('tbody tr');
    const day = rows.filter({ hasText: '2021年7月20日' });
    assert.match(await plain(day), /始まった後/);
    await day.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    assert.match(await plain(dialog), /最高水位: 2021年7月20日/);
    await dialog.getByRole('button', { name: /試験橋1/ }).click();
    await page.getByRole('dialog', { name: /試験橋1/ }).waitFor();
    await page.keyboard.press('Escape');
    const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: /CSV/ }).first().click(),
    ]);
    const text = readFileSync(await file.path(), 'utf8');
    assert.equal(text.trim().split('\n').length - 1, (await rows.count()));
    assert.match(text, /なかった場合/);
    await page.context().close();
});

test('a day to come, and too few periods, are told in a sentence', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/effect/highest-level' });
    await page.getByLabel('取り組みのある区分').selectOption('試験川1');
    await page.getByLabel('取り組みが始まった日').fill('2031-01-01');
    await page.getByRole('button', { name: '調べる' }).click();
    assert.match(await plain(page.getByRole('alert')), /まだ来ていない日です/);
    await page.getByLabel('取り組みが始まった日').fill('2021-06-04');
    await page.getByRole('button', { name: '調べる' }).click();
    const refused = page.locator('[data-refused]');
    assert.match(await plain(refused), /^言えません。 .*前の期間/);
    await page.context().close();
});

test('no group of a name is another thing than a group without values', needsOwn, async () => {
    const asked = async (more) => {
        const query = new URLSearchParams({ start: kSeason.start, method: 'did', ...more });
        const answer = await fetch(`${server.url}/musubi/v1/measures/highest-level/effect?${query}`);
        return [answer.status, (await answer.json()).instance];
    };
    assert.deepEqual(await asked({ group: '試験川' }), [404, 'group']);
    assert.deepEqual(await asked({}), [404, 'group']);
    assert.deepEqual(await asked({ group: '試験川1', comparison: '試験川' }), [404, 'comparison']);
    assert.deepEqual(await asked({ group: '試験川1', comparison: '試験川2' }), [200, undefined]);
});

for (const [language, width] of [['ja', 1280], ['en', 1280], ['ja', 360], ['en', 360]]) {
    test(`it is clear in ${language} at ${width}`, needsOwn, async () => {
        const page = await opened(linked('試験川1', 'sc'), { language, width });
        assert.deepEqual((await tooWide(page)).filter((one) => one.startsWith('page')), []);
        await check(page);
        await shot(page, `effect-${language}-${width}`);
        await page.context().close();
    });
}
