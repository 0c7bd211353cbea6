// 案内: a person who is no engineer sets up a project with three measures of the pack, by clicks and by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { noteDeeds, timeOfDeeds } from './keystrokes.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };
/** Seconds. */
const kTenMinutes = 600;

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const written = async (kind) =>
    (await (await fetch(`${server.url}/musubi/v1/loop/${kind}`)).json()).items;
const field = (page, place) => page.locator(`[id="field-${place}"]`);
const next = (page) => page.getByRole('button', { name: '次へ' }).click();
const at = (page, step) => page.locator(`form[data-step=${step}]`).waitFor();

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/new', ...options });
    await at(page, 'issue');
    return page;
}

async function fillIssue(page) {
    await field(page, 'Issue-title').fill('大雨のたびに地下道が水につかる');
    await page.getByLabel('何が、どう困っているか').fill('年に三回、車が動けなくなる');
    await page.getByLabel('地域社会が抱える課題').selectOption({ label: '住民の安全確保' });
    await page.getByLabel('デジタル技術に期待される役割').selectOption({ label: '暮らしやすさの向上' });
}
async function fillProject(page) {
    await page.getByLabel('事業名').fill('河川の見守り');
    await page.getByLabel('事業主体').fill('試験町');
    await page.getByLabel('だれが主導するか').selectOption({ label: '行政' });
    await page.getByLabel('カメラ・センサ網').check();
}
async function fillLogic(page) {
    const words = ['水位計', '見守る', '水位がいつでも分かる', '早く閉じる'];
    for (const [n, text] of words.entries())
        await field(page, `LogicModel-nodes-${n}-words`).fill(text);
    for (const [n, text] of ['値が届く', '人が見る', '判断する人が見る'].entries())
        await field(page, `LogicModel-arrows-${n}-assumption`).fill(text);
}
async function chooseMeasures(page) {
    for (const [name, part] of [
        ['最高水位', '成果: 早く閉じる'],
        ['はん濫注意水位以上の時間', '成果: 早く閉じる'],
        ['届かなかった読み取り', '産出: 水位がいつでも分かる'],
    ]) {
        const item = page.locator('li').filter({ has: page.getByRole('checkbox', { name, exact: true }) });
        await item.getByRole('checkbox').check();
        await item.getByLabel('何を測るか').selectOption({ label: part });
    }
}
async function fillStage(page) {
    await page.getByLabel('開始日').fill('2021-08-01');
    await page.getByLabel('最終日').fill('2021-08-31');
    await page.getByLabel('仮説').fill('水位が見えれば、早く閉じられる');
    for (const [name, group, threshold] of [
        ['最高水位', '試験川1', '5'],
        ['はん濫注意水位以上の時間', '試験川1', '0.5'],
        ['届かなかった読み取り', '', '3'],
    ]) {
        const one = page.getByRole('group', { name, exact: true });
        if (group) await one.getByLabel('どの区分か').selectOption({ label: group });
        await one.getByLabel('しきい値').fill(threshold);
    }
}

test('what is missing is said at its field, which has the focus; nothing is lost on reload', needsOwn, async () => {
    const page = await opened();
    await field(page, 'Issue-title').fill('地下道が水につかる');
    await next(page);
    await page.getByRole('alert').getByText('直すところが3つ').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'field-Issue-description');
    const description = page.getByLabel('何が、どう困っているか');
    const problem = await description.getAttribute('aria-describedby');
    assert.match(problem, /field-Issue-description-problem/);
    assert.equal(await page.locator('[id="field-Issue-description-problem"]').innerText(), '入れてください。');
    await check(page);
    await field(page, 'Issue-title').fill('水'.repeat(201));
    await next(page);
    assert.match(await plain(page.locator('[data-place="Issue/title"]')), /長すぎます/);
    await fillIssue(page);
    await next(page);
    await at(page, 'project');
    await page.getByLabel('事業名').fill('河川の見守り');
    await page.reload();
    await at(page, 'project');
    assert.equal(await page.getByLabel('事業名').inputValue(), '河川の見守り');
    await page.getByRole('button', { name: '1. 課題' }).click();
    assert.equal(await page.getByLabel('地域社会が抱える課題').inputValue(), 'safety');
    assert.deepEqual(await written('issues'), []);
    await page.context().close();
});

test('a project with three measures is set up by clicks in under ten minutes, and its stage begins', needsOwn, async (t) => {
    const page = await opened({ setUp: noteDeeds });
    await fillIssue(page);
    await next(page);
    await fillProject(page);
    await next(page);
    await fillLogic(page);
    // A second thing that is used, and an arrow from it.
    await page.getByRole('button', { name: '「投入」を足す' }).click();
    await page.keyboard.type('土木課の職員');
    await page.getByRole('button', { name: '矢印を足す' }).click();
    const arrow = page.getByRole('group', { name: '矢印4' });
    await arrow.getByLabel('から').selectOption({ label: '投入: 土木課の職員' });
    await arrow.getByLabel('へ').selectOption({ label: '活動: 見守る' });
    await arrow.getByLabel('前提').fill('夜も見る');
    await next(page);
    await chooseMeasures(page);
    await page.getByText('3つ選んでいます').waitFor();
    await next(page);
    await fillStage(page);
    await page.getByRole('group', { name: '最高水位' }).getByLabel('良い向き').selectOption('up');
    // All of them: they are part of what there is to read.
    await page.getByText('最近の値').nth(2).waitFor();
    await next(page);
    await at(page, 'check');
    assert.match(await plain(page.locator('form[data-step=check]')), /最高水位 （試験川1）5 m 以上.*届かなかった読み取り 3% 以下/);
    assert.deepEqual(await written('projects'), []);
    await check(page);
    await page.getByRole('button', { name: '書き込んで始める' }).click();
    await page.locator('[data-stage]').waitFor();
    assert.match(page.url(), /#projects\/project\/p2021-/);
    // What the server said as it began stands at the stage: its days are over.
    await page.getByRole('note', { name: '始めるときに知っておくこと' }).waitFor();
    const [project] = await written('projects');
    assert.deepEqual(project.measures, ['highest-level', 'hours-above-watch', 'readings-missed']);
    assert.equal(project.fiscalYear, 2021);
    const [stage] = await written('stages');
    assert.equal(stage.state, 'open');
    assert.deepEqual(stage.locked.expectations[0], {
        measure: 'highest-level',
        group: '試験川1',
        better: 'up',
        threshold: 5,
    });
    const [model] = await written('logic-models');
    assert.deepEqual(model.nodes.at(-1), { id: 'n5', kind: 'input', words: '土木課の職員' });
    assert.deepEqual(model.nodes[3].measures, ['highest-level', 'hours-above-watch']);
    assert.deepEqual(model.arrows.at(-1), { from: 'n5', to: 'n2', assumption: '夜も見る' });
    const time = await timeOfDeeds(page);
    const whole = (seconds) => `${Math.round(seconds)} s`;
    t.diagnostic(
        `a person would take ${whole(time.seconds)}: ` +
            Object.entries(time.spent).map(([on, seconds]) => `${on} ${whole(seconds)}`).join(', ') +
            `; ${time.deeds} deeds, ${time.read} characters read (${JSON.stringify(time.shown)})`,
    );
    assert.deepEqual(time.steps, ['issue', 'project', 'logic', 'measures', 'stage', 'check']);
    assert.ok(time.deeds >= 42, `only ${time.deeds} deeds were noted`);
    assert.ok(time.seconds < kTenMinutes, `a person would take ${whole(time.seconds)}`);
    // What was written is no draft any more.
    await page.goto(`${server.url}/#projects/new`);
    await at(page, 'issue');
    assert.equal(await field(page, 'Issue-title').inputValue(), '');
    await page.context().close();
});

test('what the server refuses stands at the field that it is about, and nothing is written', needsOwn, async () => {
    const before = (await written('projects')).length;
    const page = await opened();
    await fillIssue(page);
    await next(page);
    await fillProject(page);
    await next(page);
    await fillLogic(page);
    // A circle: the last arrow leads back to where it began.
    await page.getByRole('group', { name: '矢印3' }).getByLabel('へ').selectOption({ label: '投入: 水位計' });
    await next(page);
    await chooseMeasures(page);
    await next(page);
    await fillStage(page);
    await next(page);
    await page.getByRole('button', { name: '書き込んで始める' }).click();
    await at(page, 'logic');
    const problem = page.locator('[id="field-LogicModel-arrows-2-to-problem"]');
    assert.match(await problem.innerText(), /^この矢印で輪になります。原因と結果が回っています$/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'field-LogicModel-arrows-2-to');
    assert.equal((await written('projects')).length, before);
    await page.getByRole('group', { name: '矢印3' }).getByLabel('へ').selectOption({ label: '成果: 早く閉じる' });
    for (let step = 0; step < 3; step++) await next(page);
    await page.getByRole('button', { name: '書き込んで始める' }).click();
    await page.locator('[data-stage]').waitFor();
    assert.equal((await written('projects')).length, before + 1);
    await page.context().close();
});

test('the keyboard alone is enough', needsOwn, async () => {
    const page = await opened();
    await field(page, 'Issue-title').focus();
    await page.keyboard.type('地下道');
    await page.keyboard.press('Tab');
    await page.keyboard.type('水につかる');
    for (let n = 0; n < 3; n++) await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'field-Issue-challenge');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await at(page, 'project');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'setup-step');
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1920, 1080],
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with its steps at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await opened({ width, height, language });
            const draft = {
                slug: 'p2021-shot',
                step: 0,
                issue: { title: '地下道', description: '水', challenge: 'safety', role: 'living' },
                project: { title: '河川の見守り', owner: '試験町', leads: 'public' },
                nodes: ['input', 'activity', 'output', 'outcome'].map((kind, n) => ({
                    id: `n${n + 1}`,
                    kind,
                    words: ['水位計 48 台', '見守る', '水位が分かる', '早く閉じる'][n],
                })),
                arrows: [1, 2, 3].map((n) => ({ from: `n${n}`, to: `n${n + 1}`, assumption: '届く' })),
                measures: [
                    { measure: 'highest-level', node: 'n4', group: '試験川1', better: 'up', threshold: '5' },
                ],
                stage: { kind: 'pilot', from: '2021-08-01', to: '2021-08-31', looks: '1', estimator: 'none' },
            };
            for (const [step, name] of ['issue', 'project', 'logic', 'measures', 'stage', 'check'].entries()) {
                const text = JSON.stringify({ ...draft, step });
                await page.evaluate((kept) => {
                    addEventListener('pagehide', () => localStorage.setItem('musubi.draft.project', kept));
                }, text);
                await page.reload();
                await at(page, name);
                await check(page);
                await shot(page, `setup-${name}-${width}-${language}`);
                const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
                assert.deepEqual(wide, [], name);
            }
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
