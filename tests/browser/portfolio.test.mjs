// 事業の一覧: counted by field, year, stage, function and region; a word narrows the list, which goes out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post } from './people.mjs';
import { riverPilot } from './project.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };

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

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects', ...options });
    await page.locator('#portfolio-list').waitFor();
    return page;
}
const shown = (page) =>
    page
        .locator('tr[data-project]')
        .evaluateAll((rows) => rows.map((row) => row.dataset.project).sort());
const counts = (page, facet) =>
    page
        .locator(`[data-facet=${facet}] li`)
        .evaluateAll((items) => items.map((item) => item.innerText.replace(/\s+/g, ' ')));

test('without a project it says so, and where to begin', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects' });
    await page.getByText('事業はまだありません。').waitFor();
    assert.equal(await page.getByRole('link', { name: '新しい事業（案内）' }).count(), 2);
    await check(page);
    await page.context().close();
});

test('projects are counted by five kinds', needsOwn, async () => {
    await riverPilot(server);
    const more = {};
    for (let n = 1; n <= 12; n++) {
        more[`other-${n}`] = {
            title: `例の事業${n}`,
            owner: '結川町',
            leads: 'firms',
            fiscalYear: 2020 + (n % 3),
            functions: ['local-5g'],
            isExample: 'example',
            ...(n <= 4 ? { field: '医療', region: '東北' } : {}),
        };
    }
    await post(server, '/musubi/v1/loop', { Project: more });
    const page = await opened();
    assert.deepEqual(await counts(page, 'field'), ['書かれていない 8', '医療 4', '防災 1']);
    assert.deepEqual(await counts(page, 'year'), ['令和3年度 5', '令和2年度 4', '令和4年度 4']);
    assert.deepEqual(await counts(page, 'stage'), ['書かれていない 12', '社会実証 1']);
    assert.deepEqual(await counts(page, 'function'), [
        'ローカル5G 12',
        'カメラ・センサ網 1',
        'Wi-Fi HaLow 1',
    ]);
    assert.deepEqual(await counts(page, 'region'), ['書かれていない 8', '東北 4', '北陸 1']);
    const row = page.locator('tr[data-project=river-watch]');
    assert.match(
        (await row.innerText()).replace(/\s+/g, ' '),
        /河川の見守り 試験町 防災 令和3年度 社会実証 カメラ・センサ網、Wi-Fi HaLow 北陸 実施中/,
    );
    assert.match(await page.locator('tr[data-project=other-1]').innerText(), /例/);
    await page.context().close();
});

test('words narrow the list by keyboard; the address keeps it; back undoes it', needsOwn, async () => {
    const page = await opened();
    await page.locator('[data-facet=field] a').getByText('医療').focus();
    await page.keyboard.press('Enter');
    await page.getByText('医療: 13件のうち4件').waitFor();
    assert.deepEqual(await shown(page), ['other-1', 'other-2', 'other-3', 'other-4']);
    await page.locator('[data-facet=year] a').getByText('令和3年度').click();
    await page.getByText('医療、令和3年度: 13件のうち2件').waitFor();
    await page.reload();
    await page.locator('#portfolio-list').waitFor();
    assert.deepEqual(await shown(page), ['other-1', 'other-4']);
    await page.locator('[data-facet=year] a[aria-current]').click();
    assert.equal((await shown(page)).length, 4);
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('tr[data-project]').length === 2);
    await page.getByRole('link', { name: 'すべて見る' }).click();
    assert.equal((await shown(page)).length, 13);
    await page.locator('[data-facet=region] a').getByText('書かれていない').click();
    assert.equal((await shown(page)).length, 8);
    await page.context().close();
});

test('what is shown goes out as CSV and Excel', needsOwn, async () => {
    const page = await opened({ hash: '#projects/by/stage/pilot' });
    const [csv] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    const lines = readFileSync(await csv.path(), 'utf8').trim().split('\r\n');
    assert.equal(lines.length, 2);
    assert.match(lines[1], /^河川の見守り,試験町,防災,2021,社会実証,.*,北陸,実施中,,urn:ngsi-ld:Project:river-watch$/);
    const [xlsx] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Excel' }).click(),
    ]);
    assert.match(xlsx.suggestedFilename(), /\.xlsx$/);
    await page.context().close();
});

test('pilots that are only counted stand by field and year, with totals that add up', needsOwn, async () => {
    const count = (field, fiscalYear, pilots) => ({
        field,
        fiscalYear,
        pilots,
        source: '事務局資料 論点1',
        isExample: 'example',
    });
    await post(server, '/musubi/v1/loop', {
        PilotCount: {
            'farming-2020': count('農林水産業', 2020, 4),
            'farming-2021': count('農林水産業', 2021, 4),
            'factories-2021': count('工場・発電所', 2021, 5),
        },
    });
    const page = await opened();
    await page.getByText('件数だけが分かっている実証（13件）').waitFor();
    const rows = await page
        .locator('tr[data-pilots]')
        .evaluateAll((all) => all.map((row) => row.innerText.replace(/\s+/g, ' ')));
    assert.deepEqual(rows, ['農林水産業 4 4 8', '工場・発電所 0 5 5', '計 4 9 13']);
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
            await page.locator('tr[data-project]').first().waitFor();
            await check(page);
            await shot(page, `portfolio-${width}-${language}`);
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
