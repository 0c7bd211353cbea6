// 指標: what a value was before. A correction is the next revision beside the old, with what proves each.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post } from './people.mjs';
import { given, pause, serve } from './server.mjs';

const needsOwn = { skip: given ? 'enters values' : false };

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (!given) await corrected();
});
after(async () => {
    await browser.close();
    await server?.stop();
});

/** Waits until so many revisions of July are kept. */
async function kept(count) {
    for (const end = Date.now() + 60_000; Date.now() < end; await pause(500)) {
        const answer = await fetch(`${server.url}/musubi/v1/measures/patrol-hours/revisions?from=2021-07-01`);
        if ((await answer.json()).revisions.length >= count) return;
    }
    assert.fail(`there is no revision ${count}`);
}

/** A month that is over has a final value; then the value of a day is corrected. */
async function corrected() {
    const entry = { of: 'patrol-hours', day: '2021-07-10', unit: 'HUR', by: '建設課 佐藤' };
    await post(server, '/musubi/v1/hand-values', { ...entry, value: 12.5 });
    await kept(1);
    await post(server, '/musubi/v1/hand-values', { ...entry, value: 13, corrects: true });
    await kept(2);
}

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');

/** The dialog of July's value, opened by keyboard. */
async function behind(options) {
    const page = await openPage(browser, server, { hash: '#projects/measures', ...options });
    const measure = page.locator('[data-measure="patrol-hours"]');
    const value = measure.locator('button.number').filter({ hasText: /^13\.0 (時間|h)$/ });
    await value.waitFor();
    await value.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.locator('[data-revision="2"]').waitFor();
    return { page, measure, dialog };
}

test('a corrected value says that it is one, and what it was before, when and why', needsOwn, async () => {
    const { page, measure, dialog } = await behind();
    assert.match(await plain(measure), /13\.0 時間 第2版/);
    const second = await plain(dialog.locator('[data-revision="2"]'));
    assert.match(
        second,
        /^第2版 \d+年\d+月\d+日 \d\d:\d\d 12\.5 時間 から 13\.0 時間 になりました。 読み取りが訂正されました（数は同じ）。/,
    );
    assert.match(await plain(dialog.locator('[data-revision="1"]')), /^第1版 .* 12\.5 時間/);
    await page.context().close();
});

test('each revision has the hash of its definition, the root of its readings and the code', needsOwn, async () => {
    const { page, dialog } = await behind();
    const roots = new Set();
    for (const revision of ['2', '1']) {
        const one = dialog.locator(`[data-revision="${revision}"]`);
        await one.locator('summary').focus();
        await page.keyboard.press('Enter');
        const [hash, root, code] = await one.locator('code').allInnerTexts();
        assert.match(hash, /^[0-9a-f]{64}$/);
        assert.match(root, /^[0-9a-f]{64}$/);
        assert.match(code, /^measures-\d+$/);
        roots.add(root);
    }
    assert.equal(roots.size, 2, 'other readings, another root');
    // The value that is shown now is made of the readings of the newest one.
    assert.ok(roots.has(await dialog.locator('code').last().innerText()));
    await page.context().close();
});

test('of a period that is not over it says that there is none yet', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/measures' });
    await page.locator('[data-measure="highest-level"] button.number').first().click();
    await page.getByRole('dialog').getByText('まだ版はありません').waitFor();
    await page.context().close();
});

test('it can be read in both languages, on a telephone, and by who can not see', needsOwn, async () => {
    for (const [language, words] of [
        ['ja', /第2版/],
        ['en', /Revision 2 .* It went from 12\.5 h to 13\.0 h\. Readings were corrected/],
    ]) {
        const { page, dialog } = await behind({ language, width: 390, height: 844 });
        assert.match(await plain(dialog), words);
        await dialog.locator('[data-revision="2"] summary').click();
        await check(page);
        assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
        const inner = await dialog.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
        assert.ok(inner <= 0, `the dialog is ${inner} px too wide`);
        await shot(page, `measure-revisions-${language}`);
        await page.keyboard.press('Escape');
        assert.equal(await page.getByRole('dialog').count(), 0);
        await page.context().close();
    }
});

/** The measures that are ready made, with the month's people and the costs of the year. */
async function readyMade(run) {
    const own = await serve({ pack: 'ready-made' });
    try {
        const by = '企画課 木村';
        const day = new Date().toISOString().slice(0, 10);
        for (const [of, value, unit] of [
            ['residents-reached', 1250, 'IE'],
            ['cost', -25000, 'JPY'],
            ['outcomes', 1, 'C62'],
        ])
            await post(own, '/musubi/v1/hand-values', { of, day, value, unit, by });
        await run(own);
    } finally {
        await own.stop();
    }
}
const openedOf = async (own, id, options) => {
    const page = await openPage(browser, own, { hash: '#projects/measures', ...options });
    await page.locator(`[data-measure="${id}"] button.number`).first().waitFor();
    return page;
};

test('a value stands with the word of its unit, and each way to enter one says what of', needsOwn, async () => {
    await readyMade(async (own) => {
        for (const [language, people, yen, entered] of [
            ['ja', '1,250 人', '−25,000 円', ['届いた住民の数', '成果一つあたりの費用: cost', '成果一つあたりの費用: outcomes']],
            ['en', '1,250 people', '−25,000 yen', ['Residents reached', 'Cost per outcome: cost', 'Cost per outcome: outcomes']],
        ]) {
            const page = await openedOf(own, 'cost-per-outcome', { language });
            const numbers = (id) => page.locator(`[data-measure="${id}"] button.number`);
            assert.ok((await numbers('residents-reached').allInnerTexts()).includes(people));
            assert.ok((await numbers('cost-per-outcome').allInnerTexts()).includes(yen));
            const names = await page.locator('summary').allInnerTexts();
            assert.ok(names.length > 6);
            assert.equal(new Set(names).size, names.length, `each is called otherwise: ${names}`);
            for (const name of entered)
                assert.ok(names.some((one) => one.includes(name)), `${name} is among ${names}`);
            assert.doesNotMatch(await page.locator('.part').innerText(), /\b(IE|JPY|HUR|MIN|C62|P1)\b/);
            await page.context().close();
        }
        const page = await openedOf(own, 'residents-reached');
        const measure = page.locator('[data-measure="residents-reached"]');
        await measure.locator('summary').focus();
        await page.keyboard.press('Enter');
        await measure.getByLabel('値 (人)').waitFor();
        await measure.getByRole('button', { name: '値を手で入力する（届いた住民の数）' }).waitFor();
        await check(page);
        await page.context().close();
    });
});
