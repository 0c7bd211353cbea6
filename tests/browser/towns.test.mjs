// 似ている町: the nearest to a town by code or name, and in what, feature by feature.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post } from './people.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes municipalities' : false };
/** The figures that the features are made of (docs/towns.md). */
const kCodes =
    'A1101 B1103 B1101 A1301 A1303 A1419 A1700 A4101 A5101 A5102 A810105 A710101 A8301 F2201 F1102 F2211 C220837 C2208 C220833 C220847 C220850 C310201 C2108 D320101 D3201 D3203 D320308 D2203 D2211 D1202 I6100 I5102 H6130 E2501 E2101'.split(
        ' ',
    );
/** Wholes are large, parts small; the further from the first town, the more of each part. */
function madeUp(n) {
    const code = String(90001 + n);
    const figures = Object.fromEntries(
        kCodes.map((name, at) => {
            const whole = ['A1101', 'B1101', 'B1103', 'A710101', 'F1102', 'C2208', 'D3201', 'D3203'].includes(name);
            return [name, { type: 'Property', value: whole ? 10_000 + at : 100 + at + n * (at % 7) }];
        }),
    );
    const text = (value) => ({ type: 'Property', value });
    return {
        id: `urn:ngsi-ld:Municipality:${code}`,
        type: 'Municipality',
        name: text(n >= 12 ? '同名町' : `例町${n}`),
        prefecture: text(`架空県${n === 13 ? '南' : ''}`),
        areaCode: text(code),
        source: text('架空の統計'),
        ...figures,
    };
}

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    const towns = Array.from({ length: 14 }, (_, n) => madeUp(n));
    await post(server, '/ngsi-ld/v1/entityOperations/create', towns);
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/towns/90001', ...options });
    await page.locator('[data-feature]').first().waitFor();
    return page;
}

test('a town is asked for by its name; the ten nearest come in order', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects' });
    await page.getByRole('navigation', { name: '事業' }).getByRole('link', { name: '似ている町' }).click();
    await page.getByLabel('市区町村の名前か、五桁のコード').fill('例町0');
    await page.keyboard.press('Enter');
    await page.locator('[data-town]').first().waitFor();
    const towns = await page.locator('[data-town]').evaluateAll((all) => all.map((one) => one.dataset.town));
    assert.deepEqual(towns, Array.from({ length: 10 }, (_, n) => String(90002 + n)));
    assert.match(await plain(page.locator('.part')), /出典: 架空の統計/);
    await page.context().close();
});

test('each is explained feature by feature; the parts are those of the server, the widest first', needsOwn, async () => {
    const told = await (await fetch(`${server.url}/musubi/v1/towns/90001/like?count=10`)).json();
    const page = await opened();
    await page.locator('[data-town="90004"] a').click();
    await page.getByText('例町0と例町3を特徴ごとに').waitFor();
    const parts = told.like.find(({ code }) => code === '90004').parts.filter(({ part }) => part !== null);
    const widest = Math.max(...parts.map(({ part }) => part));
    for (const { feature, part } of parts) {
        const bar = await page.locator(`[data-feature="${feature}"] rect`).getAttribute('width');
        assert.ok(Math.abs(Number(bar) - (part / widest) * 100) < 1e-6, feature);
    }
    const widths = await page.locator('[data-feature] rect').evaluateAll((all) => all.map((one) => Number(one.getAttribute('width'))));
    assert.deepEqual(widths, [...widths].sort((a, b) => b - a));
    await page.getByLabel('比べ方').selectOption('mahalanobis');
    await page.locator('[data-town]').first().waitFor();
    await page.context().close();
});

test('a name of several towns, and one of none, are answered in words', needsOwn, async () => {
    const page = await opened();
    const field = page.getByLabel('市区町村の名前か、五桁のコード');
    await field.fill('同名町');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: '「同名町」は一つに決まりません' }).waitFor();
    assert.equal(await page.locator('[data-town]').count(), 0);
    await field.fill('どこにもない村');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: '「どこにもない村」という市区町村はありません' }).waitFor();
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
            await shot(page, `towns-${width}-${language}`);
            assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
