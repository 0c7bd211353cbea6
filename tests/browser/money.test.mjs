// お金: what a plan comes to, drawn and as tables that say the same; the plan is put in place, or refused at its line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { sessionOf } from './people.mjs';
import { riverWatch } from './project.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };
const kPlan = readFileSync(fileURLToPath(new URL('../../packs/river/money.toml', import.meta.url)), 'utf8');

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
const money = async () =>
    (await fetch(`${server.url}/musubi/v1/projects/river-watch/money`)).json();
async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/money/river-watch', ...options });
    await page.locator('#money-figures').waitFor();
    return page;
}

test('a plan is put in place; one with a fault is refused at its line, and what was typed stays', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/money/river-watch' });
    await page.getByText('収支の計画はまだありません。').waitFor();
    const area = page.getByRole('textbox', { name: '計画の文' });
    await area.fill(kPlan.replace('years = 10', 'years = ten'));
    await page.getByRole('button', { name: '計画を置く' }).click();
    const line = kPlan.split('\n').findIndex((text) => text.startsWith('years = ')) + 1;
    assert.match(await plain(page.getByRole('alert')), new RegExp(`^${line}行目: `));
    const selected = await area.evaluate((it) => it.value.slice(it.selectionStart, it.selectionEnd));
    assert.equal(selected, 'years = ten');
    await page.reload();
    await page.getByText('収支の計画はまだありません。').waitFor();
    assert.match(await area.inputValue(), /years = ten/);
    await area.fill(kPlan);
    await page.getByRole('button', { name: '計画を置く' }).click();
    await page.locator('#money-figures').waitFor();
    await page.context().close();
});

test('figures stand with and without support, years as 年度 in 千円', needsOwn, async () => {
    const { figures } = await money();
    const page = await opened();
    const whole = (value) => Math.round(value).toLocaleString('en').replace('-', '−');
    assert.equal(
        await plain(page.locator('[data-figure="money.npv"]')),
        `正味現在価値（千円） ${whole(figures.planned.npv)} ${whole(figures.withoutGrant.npv)} ${whole(figures.withoutSupport.npv)}`,
    );
    // Nothing is put in first: the rate that arithmetic gives would read as a loss.
    assert.equal(
        await plain(page.locator('[data-figure="money.irr"]')),
        '内部収益率（年） 利回りではない（−27.64%） なし なし',
    );
    assert.match(await plain(page.locator('[data-no-return]')), /先に出すお金がないので、内部収益率は利回りとしての意味を持ちません/);
    await page.getByText('千円未満を四捨五入しているので').waitFor();
    assert.match(await plain(page.locator('[data-figure="money.runway"]')), /期間中は尽きない 0か月 0か月/);
    assert.match(await plain(page.locator('[data-year="2027"]')), /^令和9年度 9,000 4,200 .*13,200 .*12,640 560 2,560$/);
    await page.context().close();
});

test('each drawn bar and box says what its row in the table says', needsOwn, async () => {
    const { tornado, monteCarlo } = await money();
    const page = await opened();
    const whole = (value) => Math.round(value).toLocaleString('en').replace('-', '−');
    assert.deepEqual(
        await page.locator('svg[data-bar]').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))),
        tornado.inputs.map(({ input, npvAtLow, npvAtHigh }) => `${input}: 10%点で ${whole(npvAtLow)}、90%点で ${whole(npvAtHigh)}`),
    );
    const bar = page.locator('svg[data-bar]').first().locator('rect.high');
    const width = Number(await bar.getAttribute('width'));
    assert.ok(width > 20 && width < 92, `the widest swing is drawn ${width} wide`);
    const row = await plain(page.locator('[data-spread="money.npv"]'));
    assert.ok(row.includes(`${whole(monteCarlo.npv.q05)} ${whole(monteCarlo.npv.q50)} ${whole(monteCarlo.npv.q95)}`), row);
    const box = await page.locator('svg[data-box="money.npv"]').getAttribute('aria-label');
    assert.ok(box.includes(`${whole(monteCarlo.npv.q05)}〜${whole(monteCarlo.npv.q95)}`), box);
    await page.context().close();
});

test('the fan of each year is drawn, and its table says the same; a year leads to what comes in and goes out', needsOwn, async () => {
    const { monteCarlo, figures } = await money();
    const page = await opened();
    const whole = (value) => Math.round(value).toLocaleString('en').replace('-', '−');
    for (const [id, bands] of [['planned', monteCarlo.cash], ['without-grant', monteCarlo.cashWithoutGrant]]) {
        assert.equal(bands.length, figures.years.length);
        for (const { fiscalYear, q05, q25, q50, q75, q95 } of bands) {
            const row = await plain(page.locator(`[data-fan-row="${id} ${fiscalYear}"]`));
            const five = [q05, q25, q50, q75, q95].map(whole).join(' ');
            assert.ok(row.includes(five), `${row} says ${five}`);
        }
        const label = await page.locator(`svg[data-fan="${id}"]`).getAttribute('aria-label');
        const last = bands.at(-1);
        assert.ok(label.includes(`${whole(last.q05)}〜${whole(last.q95)}`), label);
        // As many corners as years, there and back.
        const corners = (await page.locator(`svg[data-fan="${id}"] polygon`).first().getAttribute('points')).split(' ');
        assert.equal(corners.length, 2 * bands.length);
    }
    const row = page.locator('[data-fan-row="planned 2027"]');
    assert.ok((await plain(row)).endsWith(whole(figures.years[0].cash)));
    await row.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'money-year-2027');
    await page.context().close();
});

test('another alternative has other figures; the request for a budget opens as a page', needsOwn, async () => {
    const page = await opened();
    const before = await plain(page.locator('[data-figure="money.npv"]'));
    await page.getByLabel('案').selectOption('借りる');
    await page.waitForFunction((was) => document.querySelector('[data-figure="money.npv"]').innerText.replace(/\s+/g, ' ') !== was, before);
    const [budget] = await Promise.all([
        page.waitForEvent('popup'),
        page.getByRole('link', { name: '予算要求の頁を開く' }).click(),
    ]);
    await budget.waitForLoadState();
    assert.match(await budget.content(), /河川の見守り/);
    await page.context().close();
});

test('the request for a budget is there as a file of each kind', needsOwn, async () => {
    for (const [language, csv, excel] of [
        ['ja', '予算要求を CSV で', '予算要求を Excel で'],
        ['en', 'The request as CSV', 'The request as Excel'],
    ]) {
        const page = await opened({ language });
        for (const [name, format] of [[csv, 'csv'], [excel, 'xlsx']]) {
            const link = page.getByRole('link', { name });
            assert.equal(
                await link.getAttribute('href'),
                `/musubi/v1/projects/river-watch/budget?lang=${language}&format=${format}`,
            );
            assert.equal(await link.getAttribute('download'), `budget.${format}`);
        }
        await page.context().close();
    }
});

test('the workbook that is downloaded is one', needsOwn, async () => {
    const page = await opened();
    const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: '予算要求を Excel で' }).click(),
    ]);
    const bytes = readFileSync(await file.path());
    assert.equal(bytes.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
    assert.ok(bytes.includes('xl/workbook.xml'), `${bytes.length} bytes`);
    await page.context().close();
});

test('with a key the file comes to the byte', needsOwn, async () => {
    const bytes = Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0, 0x80]);
    const page = await opened();
    await page.route('**/budget?*format=xlsx', (route) => route.fulfill({ body: bytes }));
    await page.evaluate(() => sessionStorage.setItem('musubi.key', 'k'));
    const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: '予算要求を Excel で' }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'budget.xlsx');
    assert.deepEqual(readFileSync(await file.path()), bytes);
    await page.context().close();
});

test('who may not write reads the plan, and is offered nothing else', needsOwn, async () => {
    const session = await sessionOf(server, { name: 'mori', grants: [{ role: 'reviewer' }] });
    const page = await opened({
        setUp: (it) =>
            it.context().addCookies([{ name: 'musubi_session', value: session, url: server.url }]),
    });
    await page.getByText('いまの役割では、見るだけです。').waitFor();
    assert.equal(await page.getByRole('textbox', { name: '計画の文' }).count(), 0);
    assert.match(await page.locator('pre').innerText(), /\[\[alternative\]\]/);
    await page.context().close();
});

test('it prints on A4 with every column, without the menu and the text of the plan', needsOwn, async () => {
    // 210 mm less the margins.
    const page = await opened({ width: 703, height: 1032 });
    await page.emulateMedia({ media: 'print' });
    assert.ok(!(await page.getByRole('navigation').first().isVisible()));
    assert.ok(!(await page.locator('textarea').isVisible()));
    const cut = await page.locator('.scroll').evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
    assert.deepEqual(cut.filter((width) => width > 0), []);
    await shot(page, 'money-print');
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
            await shot(page, `money-${width}-${language}`);
            assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
