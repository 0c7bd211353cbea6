// 今の町 as an officer meets it: with nothing wrong, with one thing, with forty.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPage, tooWide, settled } from './browser.mjs';
import { levelOf, stationId, stationName } from './river.mjs';
import { given, serve } from './server.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

describe('with nothing wrong', { skip: given ? 'needs a server of its own' : false }, () => {
    let server;
    before(async () => (server = await serve({ wrong: 0 })));
    after(() => server?.stop());

    test('one calm line says so, with the time of the last reading', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const calm = await page.locator('.calm').innerText();
        assert.match(calm, /続いているお知らせはありません/);
        assert.match(calm, /最後の読み取り 18:00/);
        assert.equal(await page.locator('[data-alert][data-status=open]').count(), 0);
        await page.context().close();
    });

    test('a replay says that it is one, and what its present is', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const band = page.locator('.band', { hasText: '再生中' });
        assert.match(await band.innerText(), /2021年8月14日 18:00/);
        assert.ok(await band.isVisible());
        await page.context().close();
    });
});

describe('with one thing wrong', { skip: given ? 'needs a server of its own' : false }, () => {
    let server;
    before(async () => (server = await serve({ wrong: 1 })));
    after(() => server?.stop());

    test('it comes first, with its level in words, in the list and on the map', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const alert = page.locator('[data-alert][data-level="4"]').first();
        assert.match(
            await alert.innerText(),
            new RegExp(`${stationName(1)}[\\s\\S]*警戒レベル相当 4[\\s\\S]*担当はまだいません`),
        );
        const first = page.locator('tr[data-station]').first();
        assert.equal(await first.getAttribute('data-station'), stationId(1));
        assert.equal(await first.getAttribute('data-level'), String(levelOf(1)));
        assert.match(await first.innerText(), /6\.25\sm/);
        await page.context().close();
    });
});

/** Remembers when a map with marks on it was first painted, in milliseconds since the page was asked for. */
async function watchMap(page) {
    page.measures = await page.context().newCDPSession(page);
    await page.measures.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.addInitScript(() => {
        const look = () => {
            const marks = document.querySelector('[data-marks]')?.dataset.marks ?? '{}';
            const drawn = marks !== '{}' && document.querySelector('.map canvas');
            if (!drawn) return requestAnimationFrame(look);
            return requestAnimationFrame(() => (window.mapStoodAt = Math.round(performance.now())));
        };
        look();
    });
}

/** How long the page's own thread has worked, in milliseconds of the processor. */
async function mainThread(page) {
    const { metrics } = await page.measures.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
}

describe('with forty things wrong', () => {
    let server;
    before(async () => (server = await serve({ wrong: 40 })));
    after(() => server?.stop());

    test('the page opens without a foreign request or a complaint', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const foreign = page.requested.filter(
            (url) =>
                !url.startsWith(server.url) && !url.startsWith('data:') && !url.startsWith('blob:'),
        );
        assert.deepEqual(foreign, []);
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });

    // The bar is one second; docs/performance.md has what a quiet machine says.
    test('when the first map stands is told', async (context) => {
        const walls = [];
        const works = [];
        for (let i = 0; i < 5; i++) {
            const page = await openPage(browser, server, { setUp: watchMap });
            await page.waitForFunction(() => window.mapStoodAt > 0);
            walls.push(await page.evaluate(() => window.mapStoodAt));
            works.push(await mainThread(page));
            await page.context().close();
        }
        const middle = (times) => Math.round(times.sort((a, b) => a - b)[2]);
        context.diagnostic(
            `first map: ${middle(walls)} ms after the page was asked for, of which its thread ` +
                `worked ${middle(works)} ms (medians of 5)`,
        );
    });

    test('list and map say the same', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const [listed, drawn] = await page.evaluate(() => {
            const counts = {};
            for (const row of document.querySelectorAll('tr[data-station]')) {
                const name = row.dataset.level
                    ? `${row.dataset.state} ${row.dataset.level}`
                    : row.dataset.state;
                counts[name] = (counts[name] ?? 0) + 1;
            }
            return [counts, JSON.parse(document.querySelector('[data-marks]').dataset.marks)];
        });
        assert.deepEqual(drawn, listed);
        await page.context().close();
    });

    test(
        'the map is really drawn, in the colours of the levels',
        { skip: given ? 'needs known levels' : false },
        async () => {
            const page = await openPage(browser, server);
            await settled(page);
            await page.waitForTimeout(500);
            const found = await page.evaluate(() => {
                const wanted = { 4: '170,0,170', 3: '255,40,0', 2: '242,231,0' };
                const seen = new Set();
                for (const canvas of document.querySelectorAll('.map canvas')) {
                    const { data } = canvas
                        .getContext('2d')
                        .getImageData(0, 0, canvas.width, canvas.height);
                    for (let i = 0; i < data.length; i += 4)
                        seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
                }
                return Object.keys(wanted).filter((level) => seen.has(wanted[level]));
            });
            assert.deepEqual(found, ['2', '3', '4']);
            await page.context().close();
        },
    );

    for (const [width, height] of [
        [1280, 720],
        [360, 740],
    ]) {
        test(
            `each station of level 4 is named on the map at ${width} × ${height}`,
            { skip: given ? 'needs known levels' : false },
            async () => {
                const page = await openPage(browser, server, { width, height });
                await settled(page);
                await page.locator('[data-names]').waitFor();
                const named = await page.locator('[data-names]').getAttribute('data-names');
                const wanted = await page
                    .locator('tr[data-station][data-level="4"]')
                    .evaluateAll((rows) => rows.map((row) => row.dataset.station));
                assert.equal(wanted.length, 14);
                assert.deepEqual(
                    wanted.filter((id) => !named.split(' ').includes(id)),
                    [],
                );
                await page.context().close();
            },
        );
    }

    test('without WebGL nothing is missing', async () => {
        const bare = await launch(['--disable-3d-apis']);
        const page = await openPage(bare, server);
        await settled(page);
        assert.equal(
            await page.evaluate(() => document.createElement('canvas').getContext('webgl')),
            null,
        );
        assert.deepEqual(page.complaints, []);
        await bare.close();
    });

    for (const [width, height, language] of [
        [320, 640, 'ja'],
        [320, 640, 'en'],
        [360, 740, 'ja'],
        [640, 360, 'ja'],
        [1280, 720, 'en'],
    ]) {
        test(`nothing is wider than a window of ${width} (${language})`, async () => {
            const page = await openPage(browser, server, { width, height, language });
            await settled(page);
            assert.deepEqual(await tooWide(page), []);
            await page.locator('tr[data-station] a.station').first().click();
            await page.locator('.station-detail canvas').waitFor();
            assert.deepEqual(await tooWide(page), []);
            await page.context().close();
        });
    }

    test('the other language is one press away and remembered', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        assert.match(await page.locator('h1').innerText(), /今の町/);
        await page.getByRole('button', { name: 'English' }).click();
        assert.match(await page.locator('h1').innerText(), /Town now/);
        assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
        await page.reload();
        await settled(page);
        assert.match(await page.locator('h1').innerText(), /Town now/);
        await page.context().close();
    });

    test('the list sorts by what its heading says', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        await page.getByRole('button', { name: '現在水位' }).click();
        const levels = await page
            .locator('tr[data-station] td.figures:nth-child(3) button')
            .allInnerTexts();
        const numbers = levels
            .filter((text) => text.includes(' m') || text.includes('\u00a0m'))
            .map(parseFloat);
        assert.ok(numbers.length > 10);
        assert.deepEqual(
            numbers,
            [...numbers].sort((a, b) => b - a),
        );
        assert.equal(await page.locator('th.level').getAttribute('aria-sort'), 'descending');
        await page.context().close();
    });

    test('it prints on A4 without the menu', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        await page.emulateMedia({ media: 'print' });
        assert.ok(await page.locator('nav').isHidden());
        assert.ok(await page.getByRole('button', { name: 'CSV' }).first().isHidden());
        assert.ok(await page.locator('h1').isVisible());
        const pdf = await page.pdf({ preferCSSPageSize: true });
        assert.match(pdf.toString('latin1'), /\/MediaBox \[0 0 59[45][.\d]* 84[12]/);
        await page.context().close();
    });
});

describe('with a synthetic town', { skip: given ? 'needs a server of its own' : false }, () => {
    let server;
    before(async () => (server = await serve({ synthetic: true })));
    after(() => server?.stop());

    test('a band across the page says so, wherever one has scrolled to', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const band = page.getByText('合成データ（訓練・試験用。実際の水位ではありません）').first();
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        const box = await band.boundingBox();
        assert.ok(box && box.y >= 0 && box.y < 60, JSON.stringify(box));
        assert.match(await page.title(), /合成データ/);
        await page.context().close();
    });
});
