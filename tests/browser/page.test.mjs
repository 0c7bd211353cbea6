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

    test('no other site frames the page, and it runs nothing from elsewhere', async () => {
        const { headers } = await fetch(server.url);
        const policy = headers.get('Content-Security-Policy');
        for (const part of ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
            assert.ok(policy.split('; ').includes(part), policy);
        }
        assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
        assert.equal(headers.get('Referrer-Policy'), 'no-referrer');
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
        // Its value beside its threshold and its own past, with its rate, its time and its age.
        assert.match(
            (await alert.innerText()).replace(/\s+/g, ' '),
            /\(6\.00 m\).*現在 6\.25 m ↑ ?上昇? ?\+\d\.\d\d m\/h 18:00 たった今 3時間前 1\.10 m 1日前 1\.10 m 1週間前 —/,
        );
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

    test('the bar leads through the page in its order', async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const items = await page.getByRole('navigation').getByRole('link').allInnerTexts();
        assert.deepEqual(
            items.map((item) => item.split(/\s/)[0]),
            ['今の町', '観測点', 'お知らせ', '事業', 'データ', '設定', '開発者'],
        );
        const now = page.getByRole('navigation').locator('[aria-current=page]');
        assert.equal(await now.innerText(), '今の町');
        await page.context().close();
    });

    test('a count opens to the alerts it counts', { skip: given ? 'needs known levels' : false }, async () => {
        const page = await openPage(browser, server);
        await settled(page);
        const shown = page.locator('[data-alert][data-status=open]:visible');
        await page.getByRole('button', { name: /^13 警戒レベル相当 3だけを表示/ }).click();
        await page.getByText('警戒レベル相当 3の 13 件だけを表示しています。').waitFor();
        const levels = await shown.evaluateAll((items) => items.map((item) => item.dataset.level));
        assert.deepEqual([...new Set(levels)], ['3']);
        assert.equal(await page.evaluate(() => document.activeElement.id), 'alerts');
        await page.getByRole('button', { name: 'すべて表示' }).click();
        assert.equal(await shown.first().getAttribute('data-level'), '4');
        await page.getByRole('button', { name: /^40 担当なしだけを表示/ }).click();
        await page.getByText('担当なしの 40 件だけを表示しています。').waitFor();
        await page.getByRole('button', { name: /最後の読み取り 18:00/ }).click();
        assert.match(await page.getByRole('dialog').locator('tr.marked').innerText(), /18:00/);
        await page.context().close();
    });

    test('a finger meets nothing lower than 44 pixels', async () => {
        const page = await openPage(browser, server, { width: 360, height: 740 });
        await settled(page);
        await page.locator('tr[data-station] a.station').first().click();
        await page.locator('.station-detail canvas').waitFor();
        // In a row of the list the whole row is the target; its links are for the keyboard.
        const low = await page.evaluate(() =>
            [...document.querySelectorAll('a, button, input, summary')]
                .filter((one) => one.checkVisibility() && !one.matches('.skip, tr a'))
                .filter((one) => Math.round(one.getBoundingClientRect().height) < 44)
                .map((one) => `${one.textContent.trim()} ${one.getBoundingClientRect().height}`),
        );
        assert.deepEqual(low, []);
        await page.context().close();
    });

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
            .locator('tr[data-station] td.figures:nth-child(3) > button')
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
        const count = await page.locator('nav .count').evaluate((one) => one.firstChild.data);
        const wrong = Number(count);
        await page.emulateMedia({ media: 'print' });
        assert.ok(await page.locator('nav').isHidden());
        assert.ok(await page.getByRole('button', { name: 'CSV' }).first().isHidden());
        assert.ok(await page.locator('h1').isVisible());
        await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
        assert.equal(await page.locator('[data-alert][data-status=open]:visible').count(), wrong);
        // Heads that are repeated on each sheet: what kind of data it is, and the columns of the list.
        for (const head of ['.bands', 'thead:has(th.level)'])
            assert.equal(
                await page.locator(head).evaluate((one) => getComputedStyle(one).display),
                'table-header-group',
            );
        assert.equal(await page.locator('thead button:visible').count(), 0);
        // The whole map is on the sheet, not a part of what was on the screen.
        const [box, canvas] = await Promise.all(
            ['.map .box', '.map canvas'].map((name) => page.locator(name).first().boundingBox()),
        );
        assert.ok(canvas.width <= box.width && canvas.height <= box.height, 'the map is cut off');
        await page.evaluate(() => dispatchEvent(new Event('afterprint')));
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
