// One station: chosen by keyboard, its past, the readings behind its numbers, and the way out of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch, openPage, settled } from './browser.mjs';
import { given, serve } from './server.mjs';

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 3 });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

async function chosen(options) {
    const page = await openPage(browser, server, options);
    await settled(page);
    await page.locator('tr[data-station] a.station').first().click();
    await page.locator('.station-detail canvas').waitFor();
    return page;
}

const focused = (page) =>
    page.evaluate(
        () => document.activeElement.id || document.activeElement.textContent.trim().slice(0, 40),
    );

test('a station is reached, chosen, and left by keyboard alone', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    const names = await page.locator('a.station').allInnerTexts();
    await page.locator('th.trend button').focus();
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), names[0]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), names[2]);
    await page.keyboard.press('Enter');
    await page.locator('.station-detail canvas').waitFor();
    assert.equal(await focused(page), 'station-title');
    assert.match(await page.locator('#station-title').innerText(), new RegExp(names[2]));
    assert.match(page.url(), /#station=urn:ngsi-ld:FloodMonitoring:/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await focused(page), names[2]);
    assert.equal(await page.locator('.station-detail').count(), 0);
    await page.context().close();
});

test('the focus can be seen', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    await page.locator('th.trend button').focus();
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(
        () =>
            getComputedStyle(document.activeElement).outlineStyle +
            getComputedStyle(document.activeElement).outlineWidth,
    );
    assert.equal(outline, 'solid3px');
    await page.context().close();
});

test('the address keeps the station', async () => {
    const page = await chosen();
    const title = await page.locator('#station-title').innerText();
    await page.reload();
    await page.locator('.station-detail canvas').waitFor();
    assert.equal(await page.locator('#station-title').innerText(), title);
    await page.goBack();
    await page.locator('.station-detail').waitFor({ state: 'detached' });
    await page.context().close();
});

test(
    'the level stands beside its thresholds and its own past',
    { skip: given ? 'needs known levels' : false },
    async () => {
        const page = await chosen();
        const text = await page.locator('.station-detail').innerText();
        assert.match(text, /6\.25/);
        assert.match(text, /0\.25 m 超過/);
        assert.match(text, /3時間前\s+1\.\d\d\sm\s+その後 \+\d\.\d\d m/);
        assert.match(text, /1週間前\s+記録なし/);
        await page.context().close();
    },
);

test('the chart is drawn for each span', async () => {
    const page = await chosen();
    for (const span of ['3時間', '24時間', '7日間']) {
        await page.getByRole('button', { name: span, exact: true }).click();
        assert.equal(
            await page
                .getByRole('button', { name: span, exact: true })
                .getAttribute('aria-pressed'),
            'true',
        );
        const words = await page.locator('.station-detail [role=img]').getAttribute('aria-label');
        assert.match(words, new RegExp(`${span}: 最低 [−\\d.]+、最高 [−\\d.]+、最後 [−\\d.]+ m`));
        const inked = await page.evaluate(() => {
            const canvas = document.querySelector('.station-detail canvas');
            const { data } = canvas
                .getContext('2d')
                .getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4)
                if (data[i] < 40 && data[i + 2] > 150 && data[i + 3] > 200) count += 1;
            return count;
        });
        assert.ok(inked > 50, `${span}: ${inked} dots of the line`);
    }
    await page.context().close();
});

test('a number opens to the readings behind it', async () => {
    const page = await chosen();
    const number = page.locator('.station-detail button.number.figure');
    const shown = (await number.innerText()).replace(/\s/g, ' ');
    await number.click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('tbody tr').first().waitFor();
    assert.ok((await dialog.locator('tbody tr').count()) > 2);
    const marked = (await dialog.locator('tr.marked').innerText()).replace(/\s/g, ' ');
    assert.ok(marked.includes(shown), `${marked} has ${shown}`);
    await page.keyboard.press('Escape');
    assert.equal(await dialog.count(), 0);
    assert.ok(await number.evaluate((element) => element === document.activeElement));
    await page.context().close();
});

/** The readings of a CSV against what the server itself says of that time. */
async function sameAsServer(page, csv) {
    const rows = csv.trim().split('\r\n').slice(1);
    const read = rows.map((row) => row.split(',')).map((c) => [Number(c[3]), Date.parse(c[0])]);
    const id = decodeURIComponent(/#station=(.*)$/.exec(page.url())[1]);
    const { context } = await (await fetch(`${server.url}/musubi/v1/town`)).json();
    const from = new Date(read[0][1] - 1).toISOString();
    const response = await fetch(
        `${server.url}/ngsi-ld/v1/temporal/entities/${id}?attrs=currentLevel&timerel=after&timeAt=${from}&options=temporalValues`,
        { headers: { Link: `<${context}>; rel="http://www.w3.org/ns/json-ld#context"` } },
    );
    const { values } = (await response.json()).currentLevel;
    const told = values.map(([value, time]) => [value, Date.parse(time)]);
    assert.deepEqual(
        read,
        told.sort((a, b) => a[1] - b[1]),
    );
}

test('readings and stations go out as CSV and Excel, as the server has them', async () => {
    const page = await chosen();
    await page.getByRole('button', { name: '読み取り値を見る' }).click();
    await page.getByRole('dialog').locator('tbody tr').first().waitFor();
    const taken = async (scope, name) => {
        const [download] = await Promise.all([
            page.waitForEvent('download'),
            scope.getByRole('button', { name, exact: true }).click(),
        ]);
        return [download.suggestedFilename(), readFileSync(await download.path())];
    };
    const [csvName, csv] = await taken(page.getByRole('dialog'), 'CSV');
    assert.match(csvName, /\.csv$/);
    assert.match(
        csv.toString('utf8'),
        /^\uFEFF観測時刻,観測時刻（和暦）,年度,現在水位,.*\r\n\d{4}-\d\d-\d\dT\d\d:\d\d:00\+09:00,令和\d+年.*,令和\d+年度,/,
    );
    const [bookName, book] = await taken(page.getByRole('dialog'), 'Excel');
    assert.match(bookName, /\.xlsx$/);
    assert.equal(book.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
    await sameAsServer(page, csv.toString('utf8'));
    await page.keyboard.press('Escape');
    const [, stations] = await taken(page.getByRole('group', { name: '観測点を書き出す' }), 'CSV');
    assert.equal(
        stations.toString('utf8').trim().split('\r\n').length - 1,
        await page.locator('tr[data-station]').count(),
    );
    await page.context().close();
});

test('the page of a station goes out with its thresholds and its past', async () => {
    const page = await chosen();
    const name = await page.locator('#station-title').innerText();
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('.station-detail').getByRole('button', { name: 'CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
    const shown = await page.locator('.station-detail table tbody tr').count();
    // The level, its thresholds, and three times of its past.
    assert.equal(lines.length, 1 + 1 + shown + 3);
    assert.match(lines[1], /^現在水位,/);
    assert.ok(lines.at(-1).startsWith('1週間前,'));
    assert.ok(lines[1].includes(name.split(/\s/)[0]));
    await page.context().close();
});

test('a threshold, a distance and a change open too', async () => {
    const page = await chosen();
    const rows = page.locator('.station-detail table tbody tr');
    const dialog = page.getByRole('dialog');
    for (const number of [
        rows.first().getByRole('button').nth(0),
        rows.first().getByRole('button').nth(1),
        page.locator('.station-detail .change button').first(),
    ]) {
        await number.click();
        await dialog.locator('tbody tr').first().waitFor();
        await page.keyboard.press('Escape');
    }
    // What was recorded of a threshold is the threshold.
    const threshold = await rows.first().getByRole('button').nth(0).innerText();
    await rows.first().getByRole('button').nth(0).click();
    await dialog.locator('tbody tr').first().waitFor();
    assert.ok((await dialog.innerText()).includes(String(parseFloat(threshold))));
    await page.context().close();
});

test('a click on the map chooses what stands there', async () => {
    const page = await chosen();
    // The chosen station lies within the map; after a zoom onto it, its mark is near the middle.
    const title = await page.locator('#station-title').innerText();
    await page.locator('.station-detail').getByRole('button', { name: '閉じる' }).click();
    await page.waitForTimeout(300);
    const box = await page.locator('.map [role=application]').boundingBox();
    const places = await page.evaluate(() => {
        const canvas = document.querySelector('.map canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const scale = canvas.clientWidth / canvas.width;
        for (let i = 0; i < data.length; i += 4) {
            if (data[i] === 170 && data[i + 1] === 0 && data[i + 2] === 170)
                return [((i / 4) % canvas.width) * scale, Math.floor(i / 4 / canvas.width) * scale];
        }
        return null;
    });
    if (places) {
        await page.mouse.click(box.x + places[0] + 3, box.y + places[1] + 3);
        await page.locator('.station-detail').waitFor();
        assert.equal(await page.locator('#station-title').innerText(), title);
    }
    assert.ok(places || given, 'a station of level 4 is on the map');
    await page.context().close();
});
