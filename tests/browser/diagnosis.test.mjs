// つまずきの診断: what threatens a project, by kinds, with evidence that opens; 想定問答 as a list that prints.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { riverPilot } from './project.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (!given) await riverPilot(server);
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const told = async () =>
    (await fetch(`${server.url}/musubi/v1/projects/river-watch/diagnosis`)).json();
async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/diagnosis/river-watch', ...options });
    await page.locator('[data-finding]').first().waitFor();
    return page;
}

test('every finding of the server stands under its kind, with what was seen and what clears it', needsOwn, async () => {
    const { findings, notJudged } = await told();
    const page = await opened();
    assert.match(await plain(page.locator('[data-sum]')), new RegExp(`十二の要因のうち${findings.length}つが見つかりました`));
    for (const one of findings) {
        const words = await plain(page.locator(`[data-kind=${one.kind.id}] [data-finding=${one.cause}]`));
        for (const part of [one.paper.ja, one.seen.ja, one.clears.ja, one.evidence[0].words.ja])
            assert.ok(words.includes(part.replace(/\s+/g, ' ')), `${one.cause}: ${part}`);
    }
    for (const one of notJudged)
        assert.match(await plain(page.locator(`[data-not-judged=${one.cause}]`)), new RegExp(one.why.ja));
    await page.context().close();
});

test('evidence opens what it names', needsOwn, async () => {
    const page = await opened();
    const link = page.locator('[data-finding] dd a').first();
    assert.match(await link.getAttribute('href'), /^#projects\/project\/river-watch$/);
    await link.click();
    await page.locator('#project-issue').waitFor();
    await page.context().close();
});

test('the questions of the council have their answers, and print without the menu', needsOwn, async () => {
    const { findings } = await told();
    const page = await opened();
    const list = page.locator('[data-question]');
    assert.equal(await list.count(), findings.length);
    assert.ok((await plain(list.first())).includes(findings[0].question.ja));
    await page.emulateMedia({ media: 'print' });
    assert.ok(!(await page.getByRole('navigation').first().isVisible()));
    assert.ok(await list.first().isVisible());
    await shot(page, 'diagnosis-print');
    await page.context().close();
});

test('where nothing threatens it, one line says so', needsOwn, async () => {
    const page = await openPage(browser, server, {
        hash: '#projects/diagnosis/river-watch',
        setUp: (it) =>
            it.route('**/diagnosis', (route) =>
                route.fulfill({
                    json: { project: 'urn:ngsi-ld:Project:river-watch', at: '2021-08-14T09:00:00Z', findings: [], notJudged: [] },
                }),
            ),
    });
    await page.getByText('つまずきは見つかりませんでした。十二の要因のうち12を見ました。').waitFor();
    assert.equal(await page.locator('[data-finding], [data-question]').count(), 0);
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
            await shot(page, `diagnosis-${width}-${language}`);
            assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
