// 資産台帳: what the base of the town and of a project costs; each number leads to the line it comes from.
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
const kRegister = readFileSync(fileURLToPath(new URL('../../packs/river/assets.toml', import.meta.url)), 'utf8');
const kLineOf = (start) => kRegister.split('\n').findIndex((text) => text.startsWith(start)) + 1;

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
const figures = async (of = 'assets') => (await (await fetch(`${server.url}/musubi/v1/${of}`)).json()).figures;
const whole = (value) => Math.round(value).toLocaleString('en').replace('-', '−');
async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/assets', ...options });
    await page.locator('#assets-list').waitFor();
    return page;
}
const chosen = (area) => area.evaluate((it) => it.value.slice(it.selectionStart, it.selectionEnd));

test('a register is put in place; one with a fault is refused at its line, and what was typed stays', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/assets' });
    await page.getByText('町の資産台帳はまだありません。').waitFor();
    const area = page.getByRole('textbox', { name: '台帳の文' });
    await page.getByRole('button', { name: '雛形を入れる' }).click();
    assert.match(await area.inputValue(), /\[\[asset\]\]/);
    await area.fill(kRegister.replace('price = 600', 'price = -600'));
    await page.getByRole('button', { name: '台帳を置く' }).click();
    assert.match(await plain(page.getByRole('alert')), new RegExp(`^${kLineOf('price = 600')}行目: `));
    assert.equal(await chosen(area), 'price = -600');
    await page.reload();
    await page.getByText('町の資産台帳はまだありません。').waitFor();
    assert.match(await area.inputValue(), /price = -600/);
    await area.fill(kRegister);
    await page.getByRole('button', { name: '台帳を置く' }).click();
    await page.locator('#assets-list').waitFor();
    await page.context().close();
});

test('it says what keeps it, how old it is, who carries what, and what stops with it', needsOwn, async () => {
    const of = await figures();
    const page = await opened();
    assert.match(
        await plain(page.locator('[data-sum="assets.leastSubsidy"]')),
        new RegExp(`^${whole(of.leastSubsidy)} 年の費用 ${whole(of.wholeYear)} から、いま払われている ${whole(of.paid)} を引いて`),
    );
    assert.match(
        await plain(page.locator('[data-asset="水位計"]')),
        /^水位計 センサー 20 令和元年度 8年 7年（1年超過） 9,000 480 1,766 町 総務課 設備会社 町 防災担当 町 総務課$/,
    );
    assert.match(await plain(page.locator('[data-refresh="2027"]')), /^令和9年度 9,000 水位計$/);
    const farming = of.departments.find(({ name }) => name === '農政課');
    assert.match(
        await plain(page.locator('[data-department="農政課"]')),
        new RegExp(`^農政課 ${whole(farming.shareOfCost)} 300 700 ${whole(700 - farming.shareOfCost)} ${farming.lines[0]}行目$`),
    );
    await page.getByText(`止めると各課で年 ${whole(of.otherwise)} 千円かかり`).waitFor();
    await page.context().close();
});

test('a number leads by keyboard to the line it comes from, a sum to the table it is of', needsOwn, async () => {
    const page = await opened();
    const area = page.getByRole('textbox', { name: '台帳の文' });
    await page.locator('[data-asset="通信（LTE-M）"] button').first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await chosen(area), '[[asset]]');
    const at = (await area.evaluate((it) => it.value.slice(0, it.selectionStart))).split('\n').length;
    assert.equal(at, kLineOf('name = "通信') - 1);
    await page.locator('[data-sum="assets.otherwise"] button').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'assets-uses');
    await page.context().close();
});

test('a project has a register of its own, reached from its pages', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/money/river-watch' });
    await page.getByRole('navigation', { name: 'この事業のページ' }).getByRole('link', { name: '資産台帳' }).click();
    await page.getByText('この事業だけの資産台帳はまだありません。').waitFor();
    await page.getByRole('textbox', { name: '台帳の文' }).fill(kRegister.replace('count = 20', 'count = 2').replace('life = 7', 'life = 1'));
    await page.getByRole('button', { name: '台帳を置く' }).click();
    await page.locator('[data-asset="水位計"]').waitFor();
    const own = await figures('projects/river-watch/assets');
    assert.equal(own.assets[0].count, 2);
    assert.equal((await figures()).assets[0].count, 20);
    // Its diagnosis looks at both: what is past its service life stands in the project's alone.
    const { findings } = await (await fetch(`${server.url}/musubi/v1/projects/river-watch/diagnosis`)).json();
    const found = findings.find(({ cause }) => cause === 'equipment-past-life');
    assert.deepEqual(found.evidence.map(({ of }) => of), ['水位計']);
    await page.getByRole('link', { name: '町全体の台帳を見る' }).click();
    await page.getByRole('heading', { name: '資産台帳: 町全体' }).waitFor();
    assert.match(await plain(page.locator('[data-asset="水位計"]')), /^水位計 センサー 20 /);
    await page.context().close();
});

test('it goes out as CSV with every column', needsOwn, async () => {
    const page = await opened();
    const [csv] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).first().click(),
    ]);
    const lines = readFileSync(await csv.path(), 'utf8').trim().split('\r\n');
    assert.equal(lines.length, 4);
    assert.match(lines[1], /^水位計,センサー,20,令和元年度,2019,8,7,9000,480,1765\.7\d*,町 総務課,設備会社,町 防災担当,町 総務課$/);
    await page.context().close();
});

test('who may not write reads it, and a number leads to its line all the same', needsOwn, async () => {
    const session = await sessionOf(server, { name: 'mori', grants: [{ role: 'auditor' }] });
    const page = await opened({
        setUp: (it) =>
            it.context().addCookies([{ name: 'musubi_session', value: session, url: server.url }]),
    });
    assert.equal(await page.getByRole('textbox', { name: '台帳の文' }).count(), 0);
    await page.locator('[data-department="農政課"] button').click();
    assert.equal(await page.evaluate(() => getSelection()?.toString()), '[[use]]');
    await page.context().close();
});

test('it prints on A4 with every column, without the menu and the text', needsOwn, async () => {
    // 210 mm less the margins.
    const page = await opened({ width: 703, height: 1032 });
    await page.emulateMedia({ media: 'print' });
    assert.ok(!(await page.getByRole('navigation').first().isVisible()));
    assert.ok(!(await page.locator('textarea').isVisible()));
    const cut = await page.locator('.scroll').evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
    assert.deepEqual(cut.filter((width) => width > 0), []);
    await shot(page, 'assets-print');
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1920, 1080],
        [1280, 720],
        [390, 844],
        [320, 640],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await opened({ width, height, language });
            await check(page);
            await shot(page, `assets-${width}-${language}`);
            assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
