// 審査: a round is opened, reviewers give points unseen by others, it is closed, and says why each is in or out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post, sessionOf } from './people.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };

let browser;
let server;
const sessions = {};
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    const project = (title) => ({ title, owner: '試験町', leads: 'public' });
    await post(server, '/musubi/v1/loop', {
        Project: { underpass: project('地下道'), boar: project('獣害'), snow: project('除雪'), hall: project('庁舎') },
    });
    for (const name of ['ito', 'kato']) {
        sessions[name] = await sessionOf(server, { name, displayName: name, grants: [{ role: 'reviewer' }] });
    }
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ').trim();
/** As one of the reviewers, or as who runs the server. */
const opened = (hash, name = '', options = {}) =>
    openPage(browser, server, {
        hash,
        setUp: (page) =>
            name &&
            page.context().addCookies([{ name: 'musubi_session', value: sessions[name], url: server.url }]),
        ...options,
    });
/** [切実さ, 自走] by the name of the candidate. */
async function give(page, points) {
    for (const [candidate, both] of Object.entries(points)) {
        const fields = page.getByRole('group', { name: candidate }).getByRole('textbox');
        for (const [at, value] of both.entries()) await fields.nth(at).fill(String(value));
    }
    await page.getByRole('button', { name: '点を置く' }).click();
}

test('a round is opened with its criteria in both languages; what is missing is said, what is typed kept', needsOwn, async () => {
    const page = await opened('#projects/rounds');
    await page.getByText('審査はまだありません。').waitFor();
    await page.getByRole('link', { name: '審査を開く' }).click();
    await page.getByLabel('記号').fill('fy2027');
    await page.getByLabel('審査の名前').fill('令和9年度の絞り込み');
    await page.getByLabel('予算（千円）').fill('５，０００');
    await page.getByLabel('日本語で').nth(0).fill('切実さ');
    await page.getByLabel('英語で', { exact: true }).nth(0).fill('Need');
    await page.getByLabel('重み').nth(0).fill('3');
    await page.getByLabel('日本語で').nth(1).fill('自走');
    await page.getByLabel('重み').nth(1).fill('2');
    for (const [name, cost] of [['地下道', 4200], ['獣害', 3100], ['除雪', 1800], ['庁舎', 6000]]) {
        await page.getByRole('checkbox', { name }).check();
        await page.locator(`[data-new-candidate]`, { hasText: name }).getByLabel('費用（千円）').fill(String(cost));
    }
    await page.locator('[data-new-candidate=boar]').getByLabel('英語での呼び名').fill('Boars');
    await page.getByRole('button', { name: 'この審査を開く' }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'round-wordsEn-1');
    await page.reload();
    assert.equal(await page.getByLabel('審査の名前').inputValue(), '令和9年度の絞り込み');
    await page.getByLabel('英語で', { exact: true }).nth(1).fill('Stands on its own');
    await page.getByRole('button', { name: 'この審査を開く' }).click();
    await page.getByRole('heading', { name: '令和9年度の絞り込み' }).waitFor();
    const round = await (await fetch(`${server.url}/musubi/v1/loop/rounds/fy2027`)).json();
    assert.equal(round.budget, 5000);
    assert.deepEqual(round.criteria.map(({ words, wordsEn, weight }) => [words, wordsEn, weight]), [
        ['切実さ', 'Need', 3],
        ['自走', 'Stands on its own', 2],
    ]);
    // Whoever runs it, without being signed in as a person, gives no points.
    await page.getByText('点を付けられるのは、サインインした審査員と事業の人です。').waitFor();
    await page.context().close();
});

test('a reviewer gives points; nobody else sees them, and a fault is said at its field', needsOwn, async () => {
    const page = await opened('#projects/round/fy2027', 'ito');
    await give(page, { 地下道: [90, 101], 除雪: [60, 70], 庁舎: [90, 90] });
    assert.equal(await page.evaluate(() => document.activeElement.id), 'points-underpass-c2');
    await page.getByText('0 から 100 までの整数を入れてください。').waitFor();
    // What is typed stays, for the same person alone.
    await page.context().addCookies([{ name: 'musubi_session', value: sessions.kato, url: server.url }]);
    await page.reload();
    await page.getByRole('group', { name: '地下道' }).waitFor();
    assert.equal(await page.locator('#points-snow-c1').inputValue(), '');
    await page.context().addCookies([{ name: 'musubi_session', value: sessions.ito, url: server.url }]);
    await page.reload();
    await page.getByRole('group', { name: '地下道' }).waitFor();
    await give(page, { 地下道: [90, '４０'] });
    await page.getByText('3件の候補に点を置きました。').waitFor();
    await page.getByText('点が付き始めた').waitFor();
    await page.context().close();

    const other = await opened('#projects/round/fy2027', 'kato');
    await other.getByRole('group', { name: '地下道' }).waitFor();
    assert.equal(await other.locator('[data-given]').innerText(), '1人');
    assert.deepEqual(
        await other.locator('form input').evaluateAll((all) => all.map((one) => one.value).filter(Boolean)),
        [],
    );
    // Nor does the server tell it.
    const told = await other.evaluate(async () => (await fetch('/musubi/v1/rounds/fy2027/scores')).json());
    assert.deepEqual(told.reviewers, []);
    assert.equal(await other.getByRole('button', { name: '審査を終える' }).count(), 0);
    await other.context().close();
});

test('it is not closed while a candidate has no points, and says which', needsOwn, async () => {
    const page = await opened('#projects/round/fy2027');
    await page.getByRole('button', { name: '審査を終える' }).click();
    await page.getByRole('button', { name: '審査を終える' }).click();
    assert.match(await plain(page.getByRole('alert')), /まだ閉じられません: .*獣害/);
    await page.context().close();
});

test('when it is closed all see all points, the choice, and why each is in or out', needsOwn, async () => {
    const other = await opened('#projects/round/fy2027', 'kato');
    await give(other, { 地下道: [80, 30], 獣害: [70, 60], 除雪: [50, 80] });
    await other.getByText('3件の候補に点を置きました。').waitFor();
    const page = await opened('#projects/round/fy2027');
    await page.getByRole('button', { name: '審査を終える' }).click();
    await page.getByRole('button', { name: '審査を終える' }).click();
    await page.locator('#round-result').waitFor();
    const row = (name) => plain(page.locator(`[data-result=${name}]`));
    assert.equal(await row('boar'), '獣害 進める 330 1 3,100 外すと、点の合計は 320 下がって 325 になる。その時は地下道が入る、除雪が外れる。');
    assert.equal(await row('snow'), '除雪 進める 315 2 1,800 外すと、点の合計は 315 下がって 330 になる。');
    assert.equal(await row('underpass'), '地下道 進めない 325 2 4,200 入れると、点の合計は 320 下がって 325 になる。その時は獣害、除雪が外れる。');
    assert.equal(await row('hall'), '庁舎 進めない 450 1 6,000 費用だけで予算を超える。');
    assert.match(await plain(page.locator('[data-sum]')), /^4件のうち2件を選び、費用は 4,900 千円（予算 5,000 千円、残り 100 千円）。点の合計は 645。.*満点は 500 です/);
    // A score leads by keyboard to the points it is the mean of.
    await page.locator('[data-result=underpass] button').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'round-mean-underpass');
    assert.equal(await plain(page.locator('[data-mean=underpass]')), '地下道 平均 85 35 325');
    const [csv] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).first().click(),
    ]);
    assert.equal(readFileSync(await csv.path(), 'utf8').trim().split('\r\n').length, 5);
    await page.context().close();
    await other.reload();
    await other.locator('#round-all-points').waitFor();
    assert.equal(await other.getByText('審査員 1').count() + (await other.getByText('審査員 2').count()), 3);
    assert.equal(await other.getByRole('button', { name: '点を置く' }).count(), 0);
    await other.context().close();
});

test('in English the criteria and candidates have their English words', needsOwn, async () => {
    const page = await opened('#projects/round/fy2027', '', { language: 'en' });
    await page.locator('#round-result').waitFor();
    assert.match(await plain(page.locator('[data-result=boar]')), /^Boars goes on 330 1 3,100 Without it the score is lower by 320, at 325\. Then 地下道 comes in, 除雪 goes\.$/);
    await page.getByRole('columnheader', { name: 'Stands on its own (weight 2)' }).waitFor();
    await page.context().close();
});

test('it prints on A4 with every column, without the menu', needsOwn, async () => {
    // 210 mm less the margins.
    const page = await opened('#projects/round/fy2027', '', { width: 703, height: 1032 });
    await page.locator('#round-result').waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.ok(!(await page.getByRole('navigation').first().isVisible()));
    const cut = await page.locator('.scroll').evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
    assert.deepEqual(cut.filter((width) => width > 0), []);
    await shot(page, 'round-print');
    await page.context().close();
});

test('a second round is there to look at while it is open', needsOwn, async () => {
    const criteria = [{ id: 'c1', words: '切実さ', wordsEn: 'Need', weight: 3 }, { id: 'c2', words: '町の外でも使えるか', wordsEn: 'Use elsewhere', weight: 1 }];
    const candidates = ['boar', 'snow'].map((id) => ({ id, words: id, cost: 10 }));
    await post(server, '/musubi/v1/loop', { Round: { open: { title: '二つ目', budget: 10, criteria, candidates } } });
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1920, 1080],
        [1280, 720],
        [390, 844],
        [320, 640],
    ]) {
        test(`nothing is wrong with its pages at ${width} × ${height} in ${language}`, needsOwn, async () => {
            for (const [name, hash, who, there] of [
                ['rounds', '#projects/rounds', '', '#rounds-list'],
                ['round', '#projects/round/fy2027', '', '#round-result'],
                ['round-open', '#projects/round/open', 'ito', '[data-points]'],
                ['round-new', '#projects/new-round', '', '[data-new-candidate]'],
            ]) {
                const page = await opened(hash, who, { width, height, language });
                await page.locator(there).first().waitFor();
                if (name === 'round-new') await page.getByRole('checkbox').first().check();
                await check(page);
                await shot(page, `${name}-${width}-${language}`);
                assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), [], name);
                assert.deepEqual(page.complaints, [], name);
                await page.context().close();
            }
        });
    }
}
