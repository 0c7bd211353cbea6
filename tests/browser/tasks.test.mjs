// 課題への対応: opened by a value off its promise, with owner and due day; closed only after a later value.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post } from './people.mjs';
import { riverPilot } from './project.mjs';
import { given, pause, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    await riverPilot(server);
    for (const end = Date.now() + 20_000; Date.now() < end; await pause(200)) {
        if ((await tasks()).length) break;
    }
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const tasks = async () => (await (await fetch(`${server.url}/musubi/v1/tasks`)).json()).items;
const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/tasks/river-watch', ...options });
    await page.locator('[data-task]').first().waitFor();
    return page;
}

test('it is reached from the project; each task says what left its promise, by how much, who and until when', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#projects/project/river-watch' });
    await page.getByRole('navigation', { name: 'この事業のページ' }).getByRole('link', { name: '課題への対応' }).click();
    const task = page.locator('[data-task]').filter({ hasText: '最高水位' }).first();
    await task.waitFor();
    const words = await plain(task);
    assert.match(words, /● 開いている 「.*最高水位.*」が約束/);
    assert.match(words, /担当 試験町 期限 \d{4}年\d+月\d+日/);
    assert.match(words, /開いた時の値 1\.40 m （2021年8月1[34]日 までの期間） 最後の値 1\.40 m/);
    assert.equal(await page.locator('[data-task][data-state=closed]').count(), 0);
    await page.context().close();
});

test('closing without words is answered at once, and without a later value by the server; what was written stays', needsOwn, async () => {
    const page = await opened();
    const task = page.locator('[data-task]').filter({ hasText: '最高水位' }).first();
    await task.getByRole('button', { name: '対応を閉じる' }).click();
    await task.getByText('何をしたかを書いてください。').waitFor();
    await page.keyboard.type('橋の下の水位計を見た');
    await task.getByRole('button', { name: '対応を閉じる' }).click();
    assert.match(await plain(task.getByRole('alert')), /閉じるには、その後の期間の値が要ります/);
    await page.reload();
    await page.locator('[data-task]').first().waitFor();
    assert.equal(await task.getByLabel('何をしたか').inputValue(), '橋の下の水位計を見た');
    await page.context().close();
});

test('owner and due day are changed', needsOwn, async () => {
    const page = await opened();
    const task = page.locator('[data-task]').first();
    await task.locator('summary').click();
    await task.getByLabel('担当する人・課').fill('土木課 佐藤');
    await task.getByLabel('期限').fill('2021-08-10');
    await task.getByRole('button', { name: '担当と期限を変える' }).click();
    await page.getByText(/期限は今日か、その先の日付です/).waitFor();
    await task.getByLabel('期限').fill('2099-08-10');
    await task.getByRole('button', { name: '担当と期限を変える' }).click();
    await page.locator('[data-task] [data-due]').filter({ hasText: '2099年8月10日' }).waitFor();
    assert.equal(await page.locator('[data-task]').filter({ hasText: '土木課 佐藤' }).count(), 1);
    await page.context().close();
});

test('a project without tasks says so in one line', needsOwn, async () => {
    await post(server, '/musubi/v1/loop', { Project: { quiet: { title: '静かな事業', owner: '試験町' } } });
    const page = await openPage(browser, server, { hash: '#projects/tasks/quiet' });
    await page.getByText('約束から外れた値はありません。').waitFor();
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
            await shot(page, `tasks-${width}-${language}`);
            assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
