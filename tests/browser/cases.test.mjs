// 事例: searched in both languages with what was found marked, read, written from an interview, held against our town.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { riverWatch } from './project.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes cases' : false };
const kBoar = {
    kind: 'learning',
    title: 'イノシシ被害を減らす',
    challenge: 'hands',
    functions: ['wifi-halow', 'cameras-sensors'],
    field: '農業',
    fiscalYear: 2023,
    townCode: '18207',
    summary: '夜の見回りの人手が足りない。A night patrol by sensors.',
    interview: { residents: '全戸に聞いた' },
    hurdles: [{ hurdle: '電波が谷に届かない', way: '中継を尾根に置いた' }],
    learnt: ['檻は道から見える所に置く'],
    found: [
        {
            measure: '見回りの時間',
            estimate: -3.5,
            lower: -5.25,
            upper: -1,
            unit: '時間',
            method: 'its',
            better: 'down',
        },
    ],
    people: [{ role: '猟師', tier: 'any-town' }],
    money: { setUp: 12000, yearly: 800 },
    outcome: 'stop',
};
const kSnow = {
    kind: 'success',
    title: '除雪車の位置を見せる',
    challenge: 'keeping-services',
    functions: ['satellite'],
    field: '交通',
    fiscalYear: 2021,
    summary: '除雪の順番が分かり、問い合わせが減った。',
    people: [{ role: 'システムの技術者', tier: 'outside' }],
    outcome: 'go',
};

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    for (const [name, body] of Object.entries({ boar: kBoar, snow: kSnow })) {
        const answer = await fetch(`${server.url}/musubi/v1/cases/${name}`, {
            method: 'PUT',
            headers: { 'Content-Type': 'application/json', Origin: server.url },
            body: JSON.stringify(body),
        });
        assert.equal(answer.status, 204, await answer.text());
    }
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const at = (hash, options) => openPage(browser, server, { hash, ...options });
const found = (page) =>
    page.locator('[data-case]').evaluateAll((all) => all.map((one) => one.dataset.case));

async function fitting(options) {
    const page = await at('#projects/fitting', options);
    await page.locator('select[name=challenge]').selectOption('hands');
    await page.locator('input[type=checkbox][value=wifi-halow]').check();
    await page.locator('input[type=checkbox][value=any-town]').check();
    await page.locator('.part form button.main').click();
    await page.locator('[data-fit]').first().waitFor();
    return page;
}

test('where there is none it says which decisions leave one', needsOwn, async () => {
    for (const [language, words] of [
        ['ja', /^事例はまだありません。ゲートの決定が「やめる」か「引き継ぐ」のときだけ、その証拠から一つできます。/],
        ['en', /^There is no case yet\. Only a gate's decision to stop or to hand over leaves one/],
    ]) {
        const page = await at('#projects/cases', {
            language,
            setUp: (it) =>
                it.route('**/musubi/v1/cases?*', (route) =>
                    route.fulfill({ json: { total: 0, hits: [] } }),
                ),
        });
        await page.locator('p').filter({ hasText: words }).waitFor();
        await page.context().close();
    }
});

test('a search in Japanese and one in English mark what was found; a stop says so', needsOwn, async () => {
    const page = await at('#projects');
    await page.getByRole('navigation', { name: '事業' }).getByRole('link', { name: '事例' }).click();
    await page.locator('[data-case]').first().waitFor();
    assert.deepEqual((await found(page)).sort(), ['boar', 'snow']);
    await page.getByLabel('探す言葉').fill('人手が足りない');
    await page.keyboard.press('Enter');
    await page.getByText('1件の事例').waitFor();
    assert.deepEqual(await found(page), ['boar']);
    assert.ok((await page.locator('[data-snippet] mark').allInnerTexts()).includes('人手'));
    assert.match(await plain(page.locator('[data-case=boar]')), /やめた 学びの事例、人手不足・働き手の確保、農業、令和5年度/);
    await page.getByLabel('探す言葉').fill('patrols');
    await page.keyboard.press('Enter');
    await page.locator('[data-snippet] mark').filter({ hasText: 'patrol' }).waitFor();
    await page.goBack();
    await page.locator('[data-snippet] mark').filter({ hasText: '人手' }).waitFor();
    await page.context().close();
});

test('filters narrow it, and the address keeps them', needsOwn, async () => {
    const page = await at('#projects/cases');
    await page.locator('[data-case]').first().waitFor();
    await page.locator('summary').click();
    await page.getByLabel('結末').selectOption('go');
    await page.getByRole('button', { name: '事例を探す' }).click();
    await page.getByText('1件の事例').waitFor();
    assert.deepEqual(await found(page), ['snow']);
    await page.reload();
    await page.getByText('1件の事例').waitFor();
    assert.equal(await page.getByLabel('結末').inputValue(), 'go');
    await page.getByLabel('年度（西暦）から').fill('2022');
    await page.getByRole('button', { name: '事例を探す' }).click();
    await page.getByText('見つかりませんでした。').waitFor();
    await page.context().close();
});

test('a case shows its interval, hurdles, what was learnt, people and the interview', needsOwn, async () => {
    const page = await at('#projects/case/boar');
    await page.locator('[data-outcome=stop]').waitFor();
    assert.equal(await page.locator('#projects-page').innerText(), kBoar.title);
    assert.match(await plain(page.locator('[data-outcome]')), /結末: やめた/);
    assert.equal(await page.locator('svg[role=img]').getAttribute('aria-label'), '見回りの時間: −3.5 時間（−5.25〜−1）');
    const words = await plain(page.locator('article'));
    for (const part of ['電波が谷に届かない', '中継を尾根に置いた', '檻は道から見える所に置く', '猟師', '全戸に聞いた', '初めに 12,000、毎年 800'])
        assert.ok(words.includes(part), part);
    assert.match(words, /地方公共団体内の一枚岩化 記載なし/);
    await page.context().close();
});

test('a case is written by a form; what lacks is said at its field, what was typed is kept', needsOwn, async () => {
    const page = await at('#projects/new-case');
    await page.locator('#case-title').fill('見守りの会');
    await page.getByRole('button', { name: '事例を残す' }).click();
    assert.match(await plain(page.getByRole('alert')), /直すところが4つあります/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'case-kind');
    await page.reload();
    assert.equal(await page.locator('#case-title').inputValue(), '見守りの会');
    await page.locator('#case-slug').fill('watchers');
    await page.locator('#case-kind').selectOption('success');
    await page.locator('#case-outcome').selectOption('handover');
    await page.locator('#case-challenge').selectOption('safety');
    await page.getByLabel('地域課題の徹底的な話し合い').fill('区長会で三度話した');
    await page.getByLabel('壁 1').fill('夜は人がいない');
    await page.getByLabel('学んだこと 1', { exact: true }).fill('当番は二人で');
    await page.getByRole('button', { name: '事例を残す' }).click();
    await page.locator('[data-outcome=handover]').waitFor();
    const words = await plain(page.locator('article'));
    assert.match(words, /区長会で三度話した/);
    assert.match(words, /夜は人がいない/);
    assert.match(words, /当番は二人で/);
    await page.context().close();
});

test('writing a case anew keeps what the form does not ask for', needsOwn, async () => {
    const page = await at('#projects/new-case/boar');
    await page.waitForFunction(() => document.getElementById('case-title')?.value === 'イノシシ被害を減らす');
    await page.getByLabel('学んだこと 1', { exact: true }).fill('檻は道のそばに置く');
    await page.getByRole('button', { name: '事例を残す' }).click();
    await page.getByText('檻は道のそばに置く').waitFor();
    assert.equal(await page.locator('[data-finding]').count(), 1);
    await page.context().close();
});

test('each case has what speaks for it and against it; a stop is never hidden', needsOwn, async () => {
    const page = await fitting();
    const boar = page.locator('[data-fit=boar]');
    assert.match(await plain(boar.locator('[data-stopped]')), /■ やめた事例/);
    assert.match(await plain(boar.locator('[data-reasons=for]')), /課題が同じです/);
    assert.match(await plain(boar.locator('[data-reasons=against] li').first()), /事例はやめることになりました/);
    assert.match(await plain(boar.locator('[data-reasons=against]')), /こちらにないもの: カメラ/);
    assert.equal(await page.locator('[data-fit=snow] [data-stopped]').count(), 0);
    await page.getByLabel(/うちの市区町村コード/).fill('99999');
    await page.getByRole('button', { name: '比べる' }).click();
    assert.match(await plain(page.getByRole('alert')), /この市区町村の統計がありません/);
    await page.context().close();
});

test('from a project its own challenge, functions and people are taken', needsOwn, async () => {
    await riverWatch(server);
    const page = await at('#projects/tasks/river-watch');
    await page.getByRole('navigation', { name: 'この事業のページ' }).getByRole('link', { name: 'うちに合う事例' }).click();
    await page.locator('[data-fit]').first().waitFor();
    assert.equal(await page.locator('select[name=challenge]').inputValue(), 'safety');
    assert.deepEqual(
        await page.locator('input:checked').evaluateAll((all) => all.map(({ value }) => value)),
        ['wifi-halow', 'cameras-sensors', 'any-town', 'outside'],
    );
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1920, 1080],
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with them at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const size = { width, height, language };
            const pages = {
                cases: async () => at('#projects/cases/q=%25E4%25BA%25BA%25E6%2589%258B', size),
                case: async () => at('#projects/case/boar', size),
                'new-case': async () => at('#projects/new-case', size),
                fitting: async () => fitting(size),
            };
            for (const [name, open] of Object.entries(pages)) {
                const page = await open();
                await page.locator('[data-case], [data-outcome], #case-slug, [data-fit]').first().waitFor();
                await check(page);
                await shot(page, `${name}-${width}-${language}`);
                assert.deepEqual((await tooWide(page)).filter((one) => one.startsWith('page')), []);
                assert.deepEqual(page.complaints, []);
                await page.context().close();
            }
        });
    }
}
