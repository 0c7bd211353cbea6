// A project: its issue, its logic model drawn and as lists, stages with what was promised and moved, evidence, people.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { kRiverWatch, riverWatch } from './project.mjs';
import { post } from './people.mjs';
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

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/project/river-watch', ...options });
    await page.locator('#project-logic').waitFor();
    return page;
}
const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');

test('it is reached from the list; the issue stands in words', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects' });
    await page.getByRole('link', { name: '河川の見守り' }).click();
    await page.locator('#project-issue').waitFor();
    assert.match(page.url(), /#projects\/project\/river-watch$/);
    const issue = await plain(page.getByRole('region', { name: '課題', exact: true }));
    assert.match(issue, /地下道が水につかる .* 地域社会が抱える課題 住民の安全確保 デジタル技術に期待される役割 暮らしやすさの向上/);
    const focused = await page.evaluate(() => document.activeElement.id);
    assert.equal(focused, 'projects-page');
    await page.context().close();
});

test('the logic model is drawn, and the lists say the same', needsOwn, async () => {
    const page = await opened();
    const model = kRiverWatch.LogicModel['river-watch'];
    for (const node of model.nodes) {
        const drawn = await page.locator(`svg [data-node=${node.id}]`).textContent();
        assert.equal(drawn.replace(/\s/g, ''), node.words.replace(/\s/g, ''));
    }
    const x = async (id) => (await page.locator(`svg [data-node=${id}]`).boundingBox()).x;
    assert.ok((await x('gauges')) < (await x('watch')));
    assert.ok((await x('watch')) < (await x('known')));
    assert.ok((await x('known')) < (await x('closed')));
    assert.equal(await page.locator('svg path.arrow').count(), model.arrows.length);
    assert.deepEqual(
        await page.locator('ol.assumptions strong').allInnerTexts(),
        model.arrows.map(({ assumption }) => assumption),
    );
    await page.getByRole('region', { name: 'ロジックモデル', exact: true }).getByRole('link', { name: '最高水位' }).click();
    await page.locator('[data-measure="highest-level"] button.number').first().waitFor();
    assert.match(page.url(), /#projects\/measures\/highest-level$/);
    await page.context().close();
});

test('slots of evidence are empty or show who said what, when', needsOwn, async () => {
    const page = await opened();
    const slot = (name) => page.locator(`[data-slot="${name}"]`);
    assert.equal(await slot('pilot.hurdles').getAttribute('data-filled'), 'true');
    assert.match(await plain(slot('pilot.learnt')), /まだない/);
    assert.equal(await page.locator('[data-slot^="rollout."]').count(), 0);
    await slot('factor.residents').locator('summary').focus();
    await page.keyboard.press('Enter');
    assert.match(
        await plain(slot('factor.residents')),
        /あり .*2021年5月20日、木村 次郎（川の会）.* 見守り隊: 異論「夜の通知が多いと困る」 自治会: 異論なし（自治会長 田中）/,
    );
    await slot('pilot.hurdles').locator('summary').click();
    assert.equal(
        await slot('pilot.hurdles').getByRole('link').getAttribute('href'),
        'https://example.jp/hurdles',
    );
    await page.context().close();
});

test('a stage begins by a button that says what is locked; a moved goalpost stays visible', needsOwn, async () => {
    const page = await opened();
    const stage = page.locator('[data-stage=river-pilot]');
    assert.match(await plain(stage), /まだ始まっていません。.*最高水位 （試験川1）5 m 以上/);
    await page.getByRole('button', { name: /この段階を始める/ }).click();
    await page.getByRole('group', { name: 'この段階を始める' }).getByRole('button').first().click();
    await stage.getByText('次の約束が固定されました').waitFor();
    const moved = structuredClone(kRiverWatch.Stage['river-pilot']);
    moved.expectations[0].threshold = 4;
    await post(server, '/musubi/v1/loop', { Stage: { 'river-pilot': moved }, why: '台風の年には低すぎた' });
    await page.reload();
    await page.locator('[data-moved]').waitFor();
    assert.match(
        await plain(page.locator('[data-moved=expectations]')),
        /確かめる指標 台風の年には低すぎた 最高水位 （試験川1）5 m 以上、.* 最高水位 （試験川1）4 m 以上、/,
    );
    // What it is judged by is what was locked.
    assert.match(await plain(stage.locator('[data-expectation=highest-level]')), /5 m 以上/);
    await page.context().close();
});

test('the people stand by tier, with their share of time', needsOwn, async () => {
    const page = await opened();
    const rows = page.locator('tr[data-participant]');
    assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => row.dataset.participant)), ['sato', 'kimura']);
    assert.match(await plain(rows.first()), /全市町村に要る人材 佐藤 太郎 試験町 担当 20% 2021年4月1日〜/);
    await page.context().close();
});

test('a project that is not there is said so', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/project/none' });
    await page.getByRole('alert').filter({ hasText: 'この名前のものはありません' }).waitFor();
    await page.context().close();
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
            await check(page);
            await shot(page, `project-${width}-${language}`);
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
