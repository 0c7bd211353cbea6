// A gate: verdicts in words, values that open to their readings, the evidence, proposing and signing a decision.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { riverPilot, twoSigners } from './project.mjs';
import { given, pause, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };
const kGate = '#projects/gate/river-pilot-1';
/** Milliseconds: for a password, and for what is not to wait for another one. */
const kFresh = 15_000;
const kPassword = '四つの言葉を並べた合言葉';

let browser;
let server;
let signers;
before(async () => {
    browser = await launch();
    server = await serve({
        wrong: 1,
        configure: () => `[people]\nsession_fresh = "PT${kFresh / 1000}S"\n`,
    });
    if (given) return;
    await riverPilot(server);
    signers = await twoSigners(server);
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const told = async (path) => (await fetch(server.url + path)).json();

async function opened({ session, ...options } = {}) {
    const page = await openPage(browser, server, {
        hash: kGate,
        setUp: async (page) => {
            const cookie = { name: 'musubi_session', value: session, url: server.url };
            if (session) await page.context().addCookies([cookie]);
        },
        ...options,
    });
    await page.locator('[data-judged]').first().waitFor();
    return page;
}

test('a gate is opened from its stage; each expectation has a verdict and why', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/project/river-watch' });
    await page.getByRole('button', { name: /ゲートを開く/ }).click();
    const ask = page.getByRole('group', { name: 'ゲートを開く' });
    assert.match(await ask.innerText(), /見る回数の残り: 2/);
    await ask.getByRole('button').first().click();
    await page.locator('[data-judged]').first().waitFor();
    assert.match(page.url(), /#projects\/gate\/river-pilot-1$/);
    const level = await plain(page.locator('[data-judged=highest-level]'));
    // The promise that was locked, not the moved one.
    assert.match(level, /最高水位 （試験川1）5 m 以上 未達 最後の期間の値は 1.4、しきい値は 5 です/);
    assert.match(level, /最後の期間の値 1.40 m 2021年8月13日/);
    assert.match(await plain(page.locator('[data-judged=readings-missed]')), /3% 以下 まだ言えない 値がありません/);
    await page.context().close();
});

test('a value opens to its root and to the readings behind it', needsOwn, async () => {
    const page = await opened();
    const judged = page.locator('[data-judged=highest-level]');
    await judged.getByText('値と、元の読み取り').click();
    await judged.locator('td button.number').first().focus();
    await page.keyboard.press('Enter');
    const behind = page.getByRole('dialog', { name: /最高水位: 2021年8月13日/ });
    assert.match(await behind.locator('code').last().innerText(), /^[0-9a-f]{64}$/);
    await check(page);
    await behind.getByRole('button', { name: '試験橋1', exact: true }).click();
    const readings = page.getByRole('dialog').filter({ hasText: '試験橋1' });
    await readings.locator('tbody tr').first().waitFor();
    await page.context().close();
});

test('the evidence is saved to the byte as it was signed', needsOwn, async () => {
    const page = await opened();
    const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '証拠を保存する' }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'river-pilot-1.json');
    const sent = await (await fetch(`${server.url}/musubi/v1/gates/river-pilot-1/evidence`)).text();
    const sha = (text) => createHash('sha256').update(text).digest('hex');
    assert.equal(sha(readFileSync(await file.path())), sha(sent));
    await page.context().close();
});

test('an effect stands with its interval beside the threshold, and in words', needsOwn, async () => {
    const file = await told('/musubi/v1/gates/river-pilot-1/evidence');
    Object.assign(file.evidence.judged[0], {
        verdict: 'not-told',
        estimate: {
            estimate: -0.4231,
            interval: { low: -0.91, high: 5.2, level: 0.975, by: { ja: '', en: '' } },
            assumptions: [{ ja: '傾向は続いたはず', en: 'the trend would have gone on' }],
        },
    });
    const page = await opened({
        setUp: (page) =>
            page.route('**/gates/*/evidence', (route) => route.fulfill({ json: file })),
    });
    const judged = page.locator('[data-judged=highest-level]');
    assert.match(await plain(judged), /効果の見積もり −0.4231 m （−0.91〜5.2 m、信頼水準 97.5%）/);
    const mark = judged.getByRole('img');
    assert.match(await mark.getAttribute('aria-label'), /−0.4231 m .*約束: （試験川1）5 m 以上/);
    const x = (part) => mark.locator(part).first().evaluate((line) => line.x1.baseVal.value);
    // The threshold 5 lies within the interval, near its upper end.
    assert.ok((await x('.interval')) < (await x('.threshold')));
    assert.ok((await x('.threshold')) < (await mark.locator('.end').nth(1).evaluate((line) => line.x1.baseVal.value)));
    await check(page);
    await page.context().close();
});

test('a decision is proposed with its numbers; what is missing is said, what is typed kept', needsOwn, async () => {
    const page = await opened({ session: signers[0] });
    await page.getByLabel('理由').fill('水位は見えたが、約束には届かなかった');
    await page.getByLabel('起案番号').fill('総務第12号');
    await page.getByLabel('決裁番号').fill('3-45');
    await page.reload();
    await page.locator('[data-judged]').first().waitFor();
    assert.equal(await page.getByLabel('起案番号').inputValue(), '総務第12号');
    await page.getByRole('button', { name: '決定を起案する' }).click();
    await page.getByRole('alert').getByText('決定を一つ選んでください').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.name), 'decision-outcome');
    await page.getByRole('radio', { name: '変えて進む' }).check();
    await page.getByRole('button', { name: '決定を起案する' }).click();
    const decision = page.locator('[data-decision=river-pilot-1-1]');
    await decision.waitFor();
    assert.match(await plain(decision), /変えて進む 起案中 .* 起案番号 総務第12号 決裁番号 3-45/);
    assert.match(await plain(decision.locator('[data-needed]')), /あと2人の署名/);
    assert.equal(await page.getByLabel('起案番号').inputValue(), '');
    await page.context().close();
});

test('a key does not sign, and the page says what to do', needsOwn, async () => {
    const page = await opened();
    await page.getByRole('button', { name: '署名する' }).click();
    await page.getByRole('group', { name: '署名する' }).getByRole('button').first().click();
    await page.getByRole('alert').getByText('署名は人がします').waitFor();
    await page.context().close();
});

async function sign(page) {
    await page.getByRole('button', { name: '署名する' }).click();
    await page.getByRole('group', { name: '署名する' }).getByRole('button').first().click();
    const again = page.getByRole('dialog', { name: 'もう一度サインイン' });
    await again.getByLabel('パスワード').fill(kPassword);
    await page.keyboard.press('Enter');
}

test('people of two organisations sign after another sign-in; the second puts it in force', needsOwn, async () => {
    await pause(kFresh);
    let page = await opened({ session: signers[0] });
    await sign(page);
    await page.locator('[data-signature]').waitFor();
    assert.match(await plain(page.locator('[data-signature]')), /佐藤 太郎（試験町）/);
    assert.match(await plain(page.locator('[data-needed]')), /あと1人の署名。 試験町 の人はもう署名した/);
    await shot(page, 'gate-signed-once');
    await page.context().close();

    page = await opened({ session: signers[1] });
    await sign(page);
    await page.locator('[data-signature]').nth(1).waitFor();
    assert.match(await plain(page.locator('main')), /状態 決定済み: 変えて進む/);
    assert.equal(await page.getByRole('button', { name: '署名する' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: '決定を起案する' }).count(), 0);
    await page.context().close();
    const decision = await told('/musubi/v1/decisions');
    assert.equal(decision.items[0].state, 'in-force');
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1920, 1080],
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await opened({ width, height, language });
            for (const summary of await page.locator('summary').all()) await summary.click();
            await check(page);
            await shot(page, `gate-${width}-${language}`);
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
