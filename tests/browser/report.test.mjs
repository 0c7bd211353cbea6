// 議会報告: one A4 page without the menu; what was promised, what came, the decision; each number a link.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post, sessionOf } from './people.mjs';
import { kRiverWatch, riverGate, twoSigners } from './project.mjs';
import { given, serve } from './server.mjs';

const kPlan = readFileSync(fileURLToPath(new URL('../../packs/river/money.toml', import.meta.url)), 'utf8');
const needsOwn = { skip: given ? 'writes projects' : false };

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (!given) await riverGate(server);
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/report/river-watch', ...options });
    await page.locator('[data-judged]').first().waitFor();
    return page;
}

/** Both sign, in sessions of their own. */
async function decide() {
    const signers = await twoSigners(server);
    await post(server, '/musubi/v1/gates/river-pilot-1/decisions', {
        outcome: 'change',
        reason: '届かなかったが、見えた',
        draftNumber: '総務第12号',
        approvalNumber: '3-45',
    });
    for (const session of signers) {
        const answer = await fetch(`${server.url}/musubi/v1/decisions/river-pilot-1-1/sign`, {
            method: 'POST',
            headers: { Cookie: `musubi_session=${session}`, Origin: server.url },
        });
        assert.equal(answer.status, 200);
    }
}

test('before a decision it says that it waits, and no more', needsOwn, async () => {
    const page = await opened();
    const pilot = await plain(page.locator('[data-stage=river-pilot]'));
    assert.match(pilot, /約束したこと 結果（区間） 判定 最高水位 （試験川1）5 m 以上 1.40 m 未達/);
    assert.match(pilot, /決定： 判断待ち/);
    assert.match(
        pilot,
        /約束が固定されたのは 2021年8月14日 で、段階が始まった後です（初日 2021年8月1日）。/,
        'as its evidence says',
    );
    assert.match(await plain(page.locator('article')), /始めたあとに変えられた約束: 1件/);
    await page.context().close();
});

test('the decision stands with its numbers and who signed', needsOwn, async () => {
    await decide();
    const page = await opened();
    assert.match(
        await plain(page.locator('[data-stage=river-pilot]')),
        /決定： 変えて進む .*日、起案 総務第12号、決裁 3-45、署名: 佐藤 太郎、木村 次郎 届かなかったが、見えた 根拠: ゲート river-pilot-1（2021年8月14日）、証拠 [0-9a-f]{16}…/,
    );
    await page.context().close();
});

test('each number is a link to its evidence', needsOwn, async () => {
    const page = await opened();
    await page.locator('[data-judged=highest-level] td a').click();
    await page.locator('#judged-0').waitFor();
    assert.match(page.url(), /#projects\/gate\/river-pilot-1\/0$/);
    await page.waitForFunction(() => document.activeElement.id === 'judged-0');
    await page.goBack();
    await page.locator('article').waitFor();
    const loose = await page.locator('article [data-judged]').evaluateAll((rows) =>
        rows.filter((row) => {
            const copy = row.cloneNode(true);
            for (const link of copy.querySelectorAll('a')) link.remove();
            return /\d/.test(copy.textContent);
        }).length,
    );
    assert.equal(loose, 0);
    await page.context().close();
});

const moneyOf = (slug) => `${server.url}/musubi/v1/projects/${slug}/money`;
async function putPlan(slug) {
    const answer = await fetch(moneyOf(slug), {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', Origin: server.url },
        body: JSON.stringify({ text: kPlan }),
    });
    assert.equal(answer.status, 204, await answer.text());
}

test('where there is no plan of the cost it says so, and leads to where one is written', needsOwn, async () => {
    for (const [language, words] of [
        ['ja', '費用の計画はまだありません'],
        ['en', 'There is no plan of the cost yet'],
    ]) {
        const page = await opened({ language });
        const cost = page.locator('[data-cost]');
        assert.equal(await plain(cost), words);
        await cost.getByRole('link').click();
        await page.locator('[data-no-plan]').waitFor();
        assert.match(page.url(), /#projects\/money\/river-watch$/);
        await page.context().close();
    }
});

test('the cost is that of the plan, and says that it is planned', needsOwn, async () => {
    await putPlan('river-watch');
    const { figures } = await (await fetch(`${moneyOf('river-watch')}?draws=0`)).json();
    const whole = (value) => Math.round(value).toLocaleString('en');
    const each = Number(figures.costPerOutcome.toFixed(2)).toLocaleString('en');
    const [year, all] = [whole(figures.years[0].cost), whole(figures.cost)];
    for (const [language, words] of [
        ['ja', `計画「河川の見守り・町が持つ」: 令和9年度 ${year} 千円、10年間の計 ${all} 千円、成果一つあたり ${each} 千円 （例）`],
        ['en', `Planned (“河川の見守り · 町が持つ”): FY 2027 ${year} 千円, 10 years together ${all} 千円, ${each} 千円 per outcome (example)`],
    ]) {
        const page = await opened({ language });
        const cost = page.locator('[data-cost]');
        assert.equal(await plain(cost), words);
        assert.equal(await cost.getByRole('link').getAttribute('href'), '#projects/money/river-watch');
        await page.context().close();
    }
    // Who may not see the money is told so, and nothing else is missing.
    const session = await sessionOf(server, { name: 'mori', grants: [{ role: 'reader' }] });
    const page = await opened({
        setUp: (it) =>
            it.context().addCookies([{ name: 'musubi_session', value: session, url: server.url }]),
    });
    assert.match(await plain(page.locator('[data-cost]')), /^収支を見られるのは/);
    await page.context().close();
});

/** Three stages and as many words as fit, under names of their own. */
async function wordy() {
    const long = '大雨のたびに地下道が水につかり、車が動けなくなるので困っている。'.repeat(25);
    const ofProject = 'urn:ngsi-ld:Project:wordy';
    const stage = { ...kRiverWatch.Stage['river-pilot'], ofProject, hypothesis: long };
    await post(server, '/musubi/v1/loop', {
        Issue: { wordy: { ...kRiverWatch.Issue.underpass, description: long } },
        Project: {
            wordy: { title: '長い事業', owner: '試験町', leads: 'public', purpose: long, ofIssue: 'urn:ngsi-ld:Issue:wordy' },
        },
        Stage: {
            'wordy-plan': { ...stage, kind: 'plan', from: '2021-08-01', to: '2021-08-20' },
            'wordy-pilot': { ...stage, from: '2021-08-21', to: '2021-09-30' },
            'wordy-rollout': { ...stage, kind: 'rollout', from: '2021-10-01', to: '2021-12-31' },
        },
    });
    await post(server, '/musubi/v1/stages/wordy-plan/enter', {});
    await post(server, '/musubi/v1/gates', { stage: 'wordy-plan' });
}

test('three stages with many words are one A4 page still', needsOwn, async () => {
    await wordy();
    await putPlan('wordy');
    const page = await opened({ hash: '#projects/report/wordy' });
    assert.equal(await page.locator('article [data-stage]').count(), 3);
    assert.match(await plain(page.locator('[data-cost]')), /千円/);
    await page.emulateMedia({ media: 'print' });
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1);
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    test(`it prints on one A4 page without the menu in ${language}`, needsOwn, async () => {
        const page = await opened({ language });
        await page.emulateMedia({ media: 'print' });
        assert.ok(!(await page.getByRole('navigation').first().isVisible()));
        assert.ok(await page.locator('[data-judged]').first().isVisible());
        const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
        assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1);
        await shot(page, `report-print-${language}`);
        await page.context().close();
    });
    for (const [width, height] of [
        [1920, 1080],
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await opened({ width, height, language });
            await check(page);
            await shot(page, `report-${width}-${language}`);
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
