// 生存台帳: for everybody how projects are after their grants, by sign and word; the kit that hands one over or closes it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { closed, post } from './people.mjs';
import { riverPilot } from './project.mjs';
import { given, pause, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };
const kOver = {
    care: {
        title: '見守り',
        owner: '試験町',
        grantEnds: '2021-03-31',
        deviceTypes: ['FloodMonitoring'],
        payer: '試験町水防組合',
        paidUntil: '2021-12-31',
        repairer: '試験電気',
    },
    lost: { title: '忘れられた事業', owner: '試験町', grantEnds: '2020-03-31' },
};

/** Nobody has written when its grant ends. */
const kYoung = { young: { title: '始まったばかりの事業', owner: '試験町' } };

const kCarer = {
    ofProject: 'urn:ngsi-ld:Project:care',
    name: '佐藤 太郎',
    organisation: '試験町',
    role: '担当',
    tier: 'any-town',
    share: 0.2,
    from: '2021-04-01',
};

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    await riverPilot(server);
    await post(server, '/musubi/v1/loop', { Project: { ...kOver, ...kYoung }, Participant: { carer: kCarer } });
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(200)) {
        const told = await (await fetch(`${server.url}/musubi/v1/heartbeats`)).json();
        if (told.heartbeats.length >= 2) break;
    }
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
async function opened(options) {
    const page = await openPage(browser, server, { hash: '#heartbeats', ...options });
    await page.locator('[data-heartbeat]').first().waitFor();
    return page;
}
async function openedKit(options) {
    const page = await openPage(browser, server, { hash: '#projects/kit/care', ...options });
    await page.locator('[data-device]').first().waitFor();
    return page;
}

test('who has not signed in sees it, and is asked for nothing', needsOwn, async () => {
    const page = await opened({ setUp: closed });
    await pause(500);
    assert.equal(await page.locator('dialog[open]').count(), 0);
    const care = await plain(page.locator('[data-heartbeat=care]'));
    assert.match(care, /^見守り (● 生存|◐ 休眠|○ 終了) .*▲ 払われている期間は残り半年もないか、もう終わっています 2021年8月14日 .* 試験町水防組合 試験電気 \d+か月 2021年3月31日$/);
    const lost = page.locator('[data-heartbeat=lost]');
    assert.equal(await lost.getAttribute('data-life'), 'dormant');
    assert.match(await plain(lost), /◐ 休眠 だれが払うか決まっていません 分からない 分からない 決まっていない 決まっていない 分からない/);
    assert.match(await plain(page.locator('[data-sum]')), /○ 終了 0件/);
    await page.context().close();
});

test('it is reached from the projects, and its signatures stand below', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects' });
    await page.getByRole('navigation', { name: '事業' }).getByRole('link', { name: '生存台帳' }).click();
    await page.locator('[data-heartbeat]').first().waitFor();
    await page.locator('summary').click();
    assert.match(await plain(page.locator('details')), /musubi heartbeat 1/);
    await page.context().close();
});

async function openedProject(slug, options) {
    const page = await openPage(browser, server, { hash: `#projects/project/${slug}`, ...options });
    const heartbeat = page.getByRole('region', { name: /^(補助のあとの生存|Life after the grant)$/ });
    await heartbeat.locator('[data-life], [data-no-clock]').waitFor();
    return { page, heartbeat };
}

test('the page of a project says how it is after its grant, and leads to the signed statement', needsOwn, async () => {
    const { page, heartbeat } = await openedProject('care');
    assert.match(
        await plain(heartbeat),
        /いま (● 生存|◐ 休眠|○ 終了) .*▲ 払われている期間は残り半年もないか、もう終わっています 最後の読み取り 2021年8月14日 最後に人が見た日 .* だれが払うか 試験町水防組合 だれが直せるか 試験電気 残り \d+か月（2021年12月31日 まで払われている） 補助の終わり 2021年3月31日 判断した日 \d+年/,
    );
    const life = await heartbeat.locator('[data-life]').getAttribute('data-life');
    await heartbeat.getByRole('link', { name: '生存台帳で署名を見る' }).click();
    await page.waitForFunction(() => document.activeElement?.id === 'signed-care');
    assert.match(await plain(page.locator('#signed-care')), /^見守り 判断した日 .* 署名 \S{40,}$/);
    assert.equal(await page.locator('[data-heartbeat=care]').getAttribute('data-life'), life);
    await page.context().close();
});

test('the statement of a project whose grant goes on is found in the ledger, too', needsOwn, async () => {
    const { page, heartbeat } = await openedProject('river-watch');
    assert.match(await plain(heartbeat), /◐ 休眠 だれが払うか決まっていません .* 残り 分からない 補助の終わり 2023年3月31日/);
    await heartbeat.getByRole('link').click();
    await page.waitForFunction(() => document.activeElement?.id === 'signed-river-watch');
    assert.ok(await page.getByLabel('補助が続いている事業も見る').isChecked());
    // Who wants the others alone gets them, and stays there.
    await page.getByLabel('補助が続いている事業も見る').uncheck();
    await page.locator('[data-heartbeat=river-watch]').waitFor({ state: 'detached' });
    await page.context().close();
});

test('a project without the end of a grant says that its clock does not run, and where to write it', needsOwn, async () => {
    for (const [language, words] of [
        ['ja', '生存の時計は、補助の終わりから動きます。補助の終わりは、上の「補助のあと（引き渡し）」に書きます。'],
        ['en', 'The clock begins with the end of the grant, which is written above, under “After the grant (handing over)”.'],
    ]) {
        const { page, heartbeat } = await openedProject('young', { language });
        assert.equal(await heartbeat.locator('[data-no-clock]').innerText(), words);
        assert.equal(await heartbeat.getByRole('link').count(), 0);
        await page.context().close();
    }
});

test('before the server has told anything the page of a project says when it will', needsOwn, async () => {
    const page = await openPage(browser, server, {
        hash: '#projects/project/care',
        setUp: (it) =>
            it.route('**/musubi/v1/heartbeats?*', (route) =>
                route.fulfill({ json: { domain: '', heartbeats: [], more: false } }),
            ),
    });
    await page.getByText('まだ判断がありません。サーバーが十分ほどのうちに、').waitFor();
    await page.context().close();
});

test('the kit has the devices, the people, the open tasks and what is to be done; it prints without the menu', needsOwn, async () => {
    const page = await openedKit();
    assert.equal(await page.locator('[data-device]').count(), 48);
    assert.ok((await page.locator('[data-way=hand-over] li').count()) >= 3);
    assert.ok((await page.locator('[data-way=closing] li').count()) >= 3);
    assert.match(await plain(page.locator('.part')), /佐藤 太郎/);
    await page.emulateMedia({ media: 'print' });
    assert.ok(!(await page.getByRole('navigation').first().isVisible()));
    await shot(page, 'kit-print');
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1920, 1080],
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with them at ${width} × ${height} in ${language}`, needsOwn, async () => {
            for (const [name, open] of [
                ['heartbeats', opened],
                ['kit', openedKit],
                ['heartbeat', async (options) => (await openedProject('care', options)).page],
            ]) {
                const page = await open({ width, height, language });
                await check(page);
                await shot(page, `${name}-${width}-${language}`);
                assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
                assert.deepEqual(page.complaints, []);
                await page.context().close();
            }
        });
    }
}
