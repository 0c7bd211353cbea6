// A project is written again on its page: facts, issue, logic model, people, evidence, the next stage, a promise that is moved, a gate.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post } from './people.mjs';
import { kRiverWatch, riverWatch } from './project.mjs';
import { given, serve } from './server.mjs';

const needsOwn = { skip: given ? 'writes projects' : false };

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (!given) await riverWatch(server);
    if (!given) await post(server, '/musubi/v1/loop', { Project: { bare: { title: '名前だけ', owner: '試験町' } } });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const plain = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const told = async (path) => (await fetch(`${server.url}/musubi/v1/loop/${path}`)).json();
const field = (page, place) => page.locator(`[id="field-${place}"]`);
const problem = (page, place) => page.locator(`[id="field-${place}-problem"]`);
const section = (page, name) => page.getByRole('region', { name, exact: true });
const focused = (page) => page.evaluate(() => document.activeElement.id);

async function opened({ project = 'river-watch', ...options } = {}) {
    const page = await openPage(browser, server, { hash: `#projects/project/${project}`, ...options });
    await page.locator('#project-facts').waitFor();
    return page;
}
/** Presses the button, and waits for the form. */
async function edit(page, button) {
    await button.click();
    const form = page.locator('dialog form[data-edits]');
    await form.getByRole('button', { name: '書き込む' }).waitFor();
    return form;
}
async function write(page) {
    await page.getByRole('button', { name: '書き込む' }).click();
    await page.locator('dialog form[data-edits]').waitFor({ state: 'detached' });
}

test('the facts of a project are written again; what the form does not ask for stays', needsOwn, async () => {
    const page = await opened();
    await edit(page, page.getByRole('button', { name: '直す: 事業のあらまし' }));
    assert.equal(await field(page, 'Project-title').inputValue(), '河川の見守り');
    await field(page, 'Project-title').fill('');
    await page.getByRole('button', { name: '書き込む' }).click();
    assert.equal(await problem(page, 'Project-title').innerText(), '入れてください。');
    assert.equal(await focused(page), 'field-Project-title');
    await field(page, 'Project-title').fill('川の見守り');
    await page.getByRole('checkbox', { name: '衛星通信' }).check();
    await page.getByRole('checkbox', { name: 'Wi-Fi HaLow' }).uncheck();
    await check(page);
    await write(page);
    await page.getByRole('heading', { name: '川の見守り' }).waitFor();
    const project = await told('projects/river-watch');
    assert.deepEqual(project.functions, ['cameras-sensors', 'satellite']);
    assert.equal(project.ofIssue, 'urn:ngsi-ld:Issue:underpass');
    assert.equal(project.grantEnds, '2023-03-31');
    assert.deepEqual(project.stages, ['urn:ngsi-ld:Stage:river-pilot']);
    await page.context().close();
});

test('who pays and repairs after the grant is written, for the handing over', needsOwn, async () => {
    const page = await opened();
    await edit(page, page.getByRole('button', { name: '直す: 補助のあと（引き渡し）' }));
    await page.getByLabel('補助の後にだれが払うか').fill('土木課の維持費');
    await page.getByLabel('払われているのはいつまでか').fill('2024-03-31');
    await page.getByLabel('だれが直せるか').fill('川の会');
    await write(page);
    await page.getByText('土木課の維持費').waitFor();
    assert.match(await plain(section(page, '補助のあと（引き渡し）')), /補助の終わり 2023年3月31日 .*2024年3月31日 直せる人 川の会/);
    await page.context().close();
});

test('a project without an issue gets one, and then a logic model', needsOwn, async () => {
    const page = await opened({ project: 'bare' });
    await section(page, 'ロジックモデル').getByText('先に課題を書いてください').waitFor();
    await edit(page, page.getByRole('button', { name: '加える: 課題' }));
    await field(page, 'Issue-title').fill('除雪が遅い');
    await page.getByLabel('何が、どう困っているか').fill('朝七時に間に合わない');
    await page.getByLabel('地域社会が抱える課題').selectOption({ label: '住民の安全確保' });
    await page.getByLabel('デジタル技術に期待される役割').selectOption({ label: '暮らしやすさの向上' });
    await write(page);
    await page.getByText('朝七時に間に合わない').waitFor();
    await edit(page, page.getByRole('button', { name: '加える: ロジックモデル' }));
    for (const [n, text] of ['除雪車', '見回る', '雪の深さが分かる', '朝までに通れる'].entries())
        await field(page, `LogicModel-nodes-${n}-words`).fill(text);
    for (const n of [0, 1, 2]) await field(page, `LogicModel-arrows-${n}-assumption`).fill('人がいる');
    await write(page);
    await page.locator('svg [data-node=n4]').waitFor();
    const project = await told('projects/bare');
    assert.match(project.ofIssue, /^urn:ngsi-ld:Issue:bare-/);
    assert.match(project.ofLogicModel, /^urn:ngsi-ld:LogicModel:bare-/);
    await page.context().close();
});

test('a logic model that would run in a circle is refused at its arrow, in the words of the server', needsOwn, async () => {
    const page = await opened();
    await edit(page, page.getByRole('button', { name: '直す: ロジックモデル' }));
    const arrow = page.getByRole('group', { name: '矢印4' });
    await arrow.getByLabel('へ').selectOption({ label: '活動: 10 分ごとに水位を見守る' });
    await page.getByRole('button', { name: '書き込む' }).click();
    await problem(page, 'LogicModel-arrows-3-to').waitFor();
    assert.equal(
        await problem(page, 'LogicModel-arrows-3-to').innerText(),
        'この矢印で輪になります。原因と結果が回っています',
    );
    assert.equal(await focused(page), 'field-LogicModel-arrows-3-to');
    await check(page);
    await arrow.getByLabel('へ').selectOption({ label: '成果: 地下道をあふれる前に閉じる' });
    await page.getByRole('button', { name: '「産出」を足す' }).click();
    await page.keyboard.type('通行止めの知らせ');
    await page.getByText('「10 分ごとに水位を見守る」を測る指標（0）').click();
    await page.locator('details[open]').getByRole('checkbox', { name: '届かなかった読み取り', exact: true }).check();
    await write(page);
    await page.locator('svg [data-node=n1]').waitFor();
    const model = await told('logic-models/river-watch');
    assert.deepEqual(model.nodes.at(-1), { id: 'n1', kind: 'output', words: '通行止めの知らせ' });
    assert.deepEqual(model.nodes[2].measures, ['readings-missed']);
    assert.deepEqual(model.nodes[4].measures, ['highest-level', 'hours-above-watch']);
    assert.deepEqual(model.arrows, kRiverWatch.LogicModel['river-watch'].arrows);
    await page.context().close();
});

test('people are added, leave on a day, and slips are taken away after asking', needsOwn, async () => {
    const page = await opened();
    await edit(page, page.getByRole('button', { name: '加える: 参加者' }));
    await page.getByLabel('氏名').fill('山本 花子');
    await page.getByLabel('所属').fill('県の研究所');
    await field(page, 'Participant-role').fill('水位の解析');
    await page.getByLabel('人材の範囲').selectOption({ label: '都道府県・中核市などの人材' });
    await page.getByLabel('従事割合').fill('1.5');
    await page.getByRole('button', { name: '書き込む' }).click();
    await problem(page, 'Participant-share').waitFor();
    assert.equal(await problem(page, 'Participant-share').innerText(), '「従事割合（0〜1）」は0 から 1 です');
    assert.equal(await page.getByLabel('氏名').inputValue(), '山本 花子');
    await page.getByLabel('従事割合').fill('0.1');
    await write(page);
    const row = page.locator('tr[data-participant]').filter({ hasText: '山本 花子' });
    await row.waitFor();
    assert.match(await plain(row), /県の研究所 水位の解析 10%/);
    await edit(page, page.getByRole('button', { name: '直す: 佐藤 太郎' }));
    await page.getByLabel('最終日').fill('2021-12-31');
    await write(page);
    await page.locator('tr[data-participant=sato]').getByText('2021年12月31日').waitFor();
    await page.getByRole('button', { name: '消す: 山本 花子' }).click();
    const ask = page.getByRole('group', { name: '消す', exact: true });
    assert.match(await ask.innerText(), /抜けた人には、消さずに最終日を/);
    await ask.getByRole('button', { name: '消す' }).click();
    await row.waitFor({ state: 'detached' });
    assert.equal((await told('participants?project=urn:ngsi-ld:Project:river-watch')).items.length, 2);
    await page.context().close();
});

test('a hearing says who was asked and what they objected to, from its slot', needsOwn, async () => {
    const page = await opened();
    const slot = page.locator('[data-slot="factor.talks"]');
    await edit(page, slot.getByRole('button', { name: /^加える/ }));
    await field(page, 'Artefact-title').fill('自治会との話し合い');
    await field(page, 'Artefact-on').fill('2021-06-01');
    await field(page, 'Artefact-people-0-name').fill('佐藤 太郎');
    await field(page, 'Artefact-people-0-organisation').fill('試験町');
    await field(page, 'Artefact-text').fill('地下道を閉じる時刻を話した');
    await page.getByRole('button', { name: '書き込む' }).click();
    assert.equal(await problem(page, 'Artefact-asked-0-who').innerText(), '入れてください。');
    await field(page, 'Artefact-asked-0-who').fill('自治会長');
    await page.getByRole('button', { name: '書き込む' }).click();
    await problem(page, 'Artefact-asked-0-objection').waitFor();
    assert.match(await problem(page, 'Artefact-asked-0-objection').innerText(), /「異論なし」と言った人の名前を書いてください/);
    assert.equal(await focused(page), 'field-Artefact-asked-0-objection');
    await field(page, 'Artefact-asked-0-noneBy').fill('田中 一郎');
    await field(page, 'Artefact-links').fill('https://example.jp/minutes\nhttps://example.jp/photos');
    await page.locator('input[type=file]').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('議事録') });
    const hash = createHash('sha256').update('議事録').digest('hex');
    await page.waitForFunction((sum) => document.getElementById('field-Artefact-sha256').value === sum, hash);
    await check(page);
    await write(page);
    await slot.locator('summary').click();
    assert.match(await plain(slot), /自治会長: 異論なし（田中 一郎）/);
    assert.equal(await slot.getByRole('link').count(), 2);
    await edit(page, slot.getByRole('button', { name: '直す: 自治会との話し合い' }));
    await page.getByRole('button', { name: '「聞いた人と異論」を足す' }).click();
    await page.keyboard.type('見守り隊');
    await field(page, 'Artefact-asked-1-objection').fill('夜は来られない');
    await write(page);
    await slot.getByText('異論「夜は来られない」').waitFor();
    await slot.getByRole('button', { name: '消す: 自治会との話し合い' }).click();
    await slot.getByRole('group', { name: '消す', exact: true }).getByRole('button', { name: '消す' }).click();
    await page.locator('[data-slot="factor.talks"][data-filled=false]').waitFor();
    await page.context().close();
});

test('what is typed is kept in the window, and asked about before it is left', needsOwn, async () => {
    const page = await opened();
    await edit(page, page.getByRole('button', { name: '直す: 課題' }));
    await field(page, 'Issue-place').fill('試験町 東地下道');
    await page.keyboard.press('Escape');
    const ask = page.getByRole('group', { name: 'まだ書き込んでいません。' });
    await ask.waitFor();
    assert.equal(await focused(page), 'edit-go-on');
    await page.keyboard.press('Enter');
    await ask.waitFor({ state: 'detached' });
    // Back asks as well, and leaves the page where it is.
    await page.evaluate(() => history.back());
    await ask.waitFor();
    assert.match(page.url(), /#projects\/project\/river-watch$/);
    await page.keyboard.press('Enter');
    // So does another address.
    await page.evaluate(() => (location.hash = '#projects/measures'));
    await ask.waitFor();
    assert.match(page.url(), /#projects\/project\/river-watch$/);
    assert.equal(await field(page, 'Issue-place').inputValue(), '試験町 東地下道');
    let asked = '';
    page.once('dialog', (dialog) => {
        asked = dialog.type();
        void dialog.accept();
    });
    await page.reload();
    assert.equal(asked, 'beforeunload');
    await edit(page, page.getByRole('button', { name: '直す: 課題' }));
    await page.getByText('この窓に残っていた書きかけを戻しました。').waitFor();
    assert.equal(await field(page, 'Issue-place').inputValue(), '試験町 東地下道');
    await page.getByRole('button', { name: 'やめる', exact: true }).click();
    await ask.getByRole('button', { name: '捨てて閉じる' }).click();
    await page.locator('dialog form[data-edits]').waitFor({ state: 'detached' });
    assert.match(await page.evaluate(() => document.activeElement.ariaLabel), /直す: 課題/);
    assert.equal((await told('issues/underpass')).place, '試験町 中央地下道');
    assert.equal(await page.evaluate(() => sessionStorage.length), server.key ? 1 : 0);
    await page.context().close();
});

test('what somebody else changed meanwhile is not overwritten: it is shown, and both are kept', needsOwn, async () => {
    const page = await opened();
    await edit(page, page.getByRole('button', { name: '直す: 課題' }));
    await field(page, 'Issue-title').fill('地下道が水びたしになる');
    await field(page, 'Issue-affected').fill('通学の小学生');
    const issue = { ...kRiverWatch.Issue.underpass, title: '大雨で地下道が沈む', place: '東町 地下道' };
    await post(server, '/musubi/v1/loop', { Issue: { underpass: issue } });
    await page.getByRole('button', { name: '書き込む' }).click();
    await page.getByRole('alert').getByText('ほかの人が先に変えたので、まだ書き込んでいません').waitFor();
    assert.equal((await told('issues/underpass')).title, '大雨で地下道が沈む');
    assert.match(await problem(page, 'Issue-title').innerText(), /ほかの人が、ここを先に変えました: 大雨で地下道が沈む。/);
    assert.equal(await field(page, 'Issue-title').inputValue(), '地下道が水びたしになる');
    assert.match(await page.locator('[data-taken]').innerText(), /場所$/);
    assert.equal(await field(page, 'Issue-place').inputValue(), '東町 地下道');
    await check(page);
    await shot(page, 'edit-behind');
    await write(page);
    const now = await told('issues/underpass');
    assert.deepEqual([now.title, now.affected, now.place], ['地下道が水びたしになる', '通学の小学生', '東町 地下道']);
    await page.context().close();
});

test('a stage is corrected, rated, entered with what is locked said, moved with a reason, and looked at', needsOwn, async () => {
    const page = await opened();
    const stage = page.locator('[data-stage=river-pilot]');
    await edit(page, stage.getByRole('button', { name: '直す: 社会実証' }));
    await page.getByLabel('最終日').fill('2021-07-01');
    await page.getByRole('button', { name: '書き込む' }).click();
    await problem(page, 'Stage-to').waitFor();
    assert.equal(await problem(page, 'Stage-to').innerText(), '最終日が開始日より前です');
    await page.getByLabel('最終日').fill('2021-08-31');
    await page.getByRole('button', { name: '消す: はん濫注意水位以上の時間' }).click();
    await field(page, 'Stage-looks').fill('1');
    await write(page);
    await stage.getByText('1回まで').waitFor();

    await edit(page, stage.getByRole('button', { name: '加える: 成熟度' }));
    const acceptance = page.getByRole('group', { name: '受容性' });
    await acceptance.getByLabel('段（1〜5）').selectOption('4');
    await acceptance.getByLabel('理由').fill('異論が一つ残る');
    await write(page);
    await stage.getByText('受容性: 5段のうち4').waitFor();
    assert.deepEqual((await told('stages/river-pilot')).maturity, [{ of: 'acceptance', level: 4, why: '異論が一つ残る' }]);

    // Somebody changes what is to be locked after it was read: that is not locked unread.
    const meanwhile = (({ ofProject, kind, from, to, hypothesis, expectations, maturity, looks }) => ({
        ofProject, kind, from, to, hypothesis, expectations, maturity, looks }))(await told('stages/river-pilot'));
    await post(server, '/musubi/v1/loop', { Stage: { 'river-pilot': { ...meanwhile, hypothesis: '別の仮説' } } });
    await stage.getByRole('button', { name: /この段階を始める/ }).click();
    await page.getByRole('group', { name: 'この段階を始める' }).getByRole('button').first().click();
    await stage.getByRole('alert').filter({ hasText: 'だれかが先に書き変えました' }).waitFor();
    await stage.getByText('別の仮説').waitFor();
    assert.equal((await told('stages/river-pilot')).state, 'planned');
    await stage.getByRole('button', { name: /この段階を始める/ }).click();
    const enter = page.getByRole('group', { name: 'この段階を始める' });
    assert.match(await enter.innerText(), /2021年8月1日〜2021年8月31日.*確かめる指標2件.*見る回数1回/);
    await enter.getByRole('button').first().click();
    await stage.getByText('次の約束が固定されました').waitFor();
    assert.equal(await stage.getByRole('button', { name: /^消す: 社会実証/ }).count(), 0);

    await edit(page, stage.getByRole('button', { name: /^約束を変える/ }));
    await field(page, 'Stage-expectations-0-threshold').fill('4');
    const moves = page.locator('[data-moves=expectations]');
    assert.match(await plain(moves), /前: 最高水位 （試験川1）5 m 以上、.* 後: 最高水位 （試験川1）4 m 以上、/);
    await page.getByRole('button', { name: '書き込む' }).click();
    assert.equal(await problem(page, 'why').innerText(), '変える理由を書いてください。');
    assert.equal(await focused(page), 'field-why');
    await check(page);
    await shot(page, 'edit-moved');
    await page.getByLabel('なぜ変えるか').fill('台風の年には低すぎた');
    await write(page);
    await stage.locator('[data-moved=expectations]').waitFor();
    assert.match(await plain(stage.locator('[data-moved]')), /台風の年には低すぎた/);
    assert.equal(await stage.locator('[data-moved]').count(), 1);
    assert.match(await plain(stage.locator('[data-expectation=highest-level]').first()), /5 m 以上/);

    await page.getByRole('button', { name: /ゲートを開く/ }).click();
    const look = page.getByRole('group', { name: 'ゲートを開く' });
    assert.match(await look.innerText(), /見る回数の残り: 1/);
    await look.getByRole('button').first().click();
    await page.locator('[data-judged]').first().waitFor();
    await page.goBack();
    await stage.getByRole('link', { name: '開いているゲートへ' }).waitFor();
    await page.context().close();
});

test('the next stage is added from where the last one ends, and taken away again', needsOwn, async () => {
    const page = await opened();
    await edit(page, page.getByRole('button', { name: '次の段階を加える' }));
    assert.equal(await field(page, 'Stage-kind').inputValue(), 'rollout');
    assert.equal(await page.getByLabel('開始日').inputValue(), '2021-09-01');
    await page.getByLabel('開始日').fill('2021-08-15');
    await page.getByLabel('最終日').fill('2022-03-31');
    await page.getByLabel('仮説').fill('一年続ければ、職員だけで回せる');
    await page.getByLabel('指標を加える').selectOption({ label: '最高水位' });
    await page.getByRole('button', { name: '加える', exact: true }).click();
    assert.equal(await focused(page), 'field-Stage-expectations-0-group');
    await page.getByLabel('しきい値').fill('4');
    await page.getByLabel('良い向き').selectOption('up');
    await page.getByRole('button', { name: '書き込む' }).click();
    assert.equal(await problem(page, 'Stage-expectations-0-group').innerText(), '入れてください。');
    await page.getByLabel('どの区分か').selectOption({ label: '試験川1' });
    await page.getByLabel('効果の見かた').selectOption({ label: '差の差' });
    await page.getByLabel('比べる期間の初日').fill('2021-05-01');
    await page.getByLabel('比べる組').fill('試験川2\n試験川3');
    await page.getByRole('button', { name: '書き込む' }).click();
    await page.getByRole('alert').filter({ hasText: '重なっています' }).waitFor();
    await page.getByLabel('開始日').fill('2021-09-01');
    await write(page);
    const stage = page.locator('[data-stage=river-watch-rollout]');
    await stage.waitFor();
    const [made] = (await told('stages?project=urn:ngsi-ld:Project:river-watch')).items.filter(({ kind }) => kind === 'rollout');
    assert.deepEqual(made.comparison, ['試験川2', '試験川3']);
    assert.deepEqual(made.expectations, [{ measure: 'highest-level', group: '試験川1', better: 'up', threshold: 4 }]);
    // It waits for the gate of the one before, and the page says so.
    await stage.getByRole('button', { name: /この段階を始める/ }).click();
    await page.getByRole('group', { name: 'この段階を始める' }).getByRole('button').first().click();
    await stage.getByRole('alert').filter({ hasText: '先に段階「社会実証」のゲートの決定が要ります' }).waitFor();
    await stage.getByRole('button', { name: '消す: 実装・展開' }).click();
    await stage.getByRole('group', { name: '消す', exact: true }).getByRole('button', { name: '消す' }).click();
    await stage.waitFor({ state: 'detached' });
    await page.context().close();
});

test('who reads has no such buttons', needsOwn, async () => {
    const made = await post(server, '/musubi/v1/keys', { label: 'reads', role: 'reader' });
    const { key } = await made.json();
    const page = await openPage(browser, { ...server, key }, { hash: '#projects/project/river-watch' });
    await page.locator('#project-facts').waitFor();
    assert.equal(await page.getByRole('button', { name: /^(直す|加える|消す|約束を変える|次の段階)/ }).count(), 0);
    await page.context().close();
});

test('the keyboard alone is enough', needsOwn, async () => {
    const page = await opened();
    const button = page.getByRole('button', { name: '直す: 補助のあと（引き渡し）' });
    await button.focus();
    await page.keyboard.press('Enter');
    await field(page, 'Project-repairer').waitFor();
    assert.equal(await focused(page), 'edit-title');
    // A field of a day has parts of its own.
    for (let n = 0; n < 20 && (await focused(page)) !== 'field-Project-repairer'; n++) await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await page.keyboard.type('と町');
    await page.keyboard.press('Enter');
    await page.locator('dialog form[data-edits]').waitFor({ state: 'detached' });
    await page.getByText('川の会と町').waitFor();
    assert.match(await page.evaluate(() => document.activeElement.ariaLabel), /補助のあと/);
    await page.context().close();
});


for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
    ]) {
        test(`nothing is wrong with its forms at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await opened({ width, height, language });
            await check(page);
            await shot(page, `edit-page-${width}-${language}`);
            assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
            const [change, add] = language === 'ja' ? ['直す', '加える'] : ['Edit', 'Add'];
            const button = (place, name) => place.getByRole('button', { name: new RegExp(`^${name}`) }).first();
            const forms = {
                facts: button(page.locator('section[aria-labelledby=project-facts]'), change),
                logic: button(page.locator('section[aria-labelledby=project-logic]'), change),
                promise: page.locator('[data-stage=river-pilot]').getByRole('button', { name: /^(約束を変える|Change a promise)/ }),
                maturity: page.locator('[data-stage=river-pilot]').getByRole('button', { name: /成熟度|Maturity/ }),
                hearing: button(page.locator('[data-slot="factor.talks"]'), add),
                person: button(page.locator('section[aria-labelledby=project-participants]'), add),
            };
            for (const [name, open] of Object.entries(forms)) {
                await open.click();
                const dialog = page.locator('dialog[open]');
                await dialog.locator('button.main').waitFor();
                await check(page);
                if (process.env.MUSUBI_SHOTS) {
                    await page.screenshot({ path: `${process.env.MUSUBI_SHOTS}/edit-${name}-${width}-${language}.png` });
                    await dialog.evaluate((place) => place.scrollTo(0, place.scrollHeight));
                    await page.screenshot({ path: `${process.env.MUSUBI_SHOTS}/edit-${name}-end-${width}-${language}.png` });
                }
                const wide = await dialog.evaluate((place) => place.scrollWidth - place.clientWidth);
                assert.ok(wide <= 0, `${name} is ${wide} too wide`);
                await page.keyboard.press('Escape');
                await dialog.waitFor({ state: 'detached' });
            }
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}
