// A project on the river pack, written as people write it: from its issue to a stage under way, and on to a gate.
import { post, sessionOf } from './people.mjs';

const kProject = 'urn:ngsi-ld:Project:river-watch';

/** Everything of a small project, by type and name; the day of the test's readings is in its pilot. */
export const kRiverWatch = {
    Issue: {
        underpass: {
            title: '地下道が水につかる',
            challenge: 'safety',
            role: 'living',
            description: '大雨のたびに地下道が水につかり、車が動けなくなる',
            affected: '通学路にしている小学生と、その家族',
            place: '試験町 中央地下道',
        },
    },
    LogicModel: {
        'river-watch': {
            ofIssue: 'urn:ngsi-ld:Issue:underpass',
            nodes: [
                { id: 'gauges', kind: 'input', words: '水位計 48 台と、その通信' },
                { id: 'staff', kind: 'input', words: '土木課の職員 2 人' },
                { id: 'watch', kind: 'activity', words: '10 分ごとに水位を見守る' },
                {
                    id: 'known',
                    kind: 'output',
                    words: '水位がいつでも分かる',
                    measures: ['readings-missed'],
                },
                {
                    id: 'closed',
                    kind: 'outcome',
                    words: '地下道をあふれる前に閉じる',
                    measures: ['highest-level', 'hours-above-watch'],
                },
            ],
            arrows: [
                { from: 'gauges', to: 'watch', assumption: '水位計の値が途切れずに届く' },
                { from: 'staff', to: 'watch', assumption: '夜も見る人がいる' },
                { from: 'watch', to: 'known', assumption: '見た値を記録する' },
                { from: 'known', to: 'closed', assumption: '閉じる判断をする人が画面を見る' },
            ],
        },
    },
    Project: {
        'river-watch': {
            title: '河川の見守り',
            owner: '試験町',
            leads: 'public-and-private',
            ofIssue: 'urn:ngsi-ld:Issue:underpass',
            ofLogicModel: 'urn:ngsi-ld:LogicModel:river-watch',
            purpose: '地下道を早く閉じる',
            field: '防災',
            fiscalYear: 2021,
            region: '北陸',
            functions: ['cameras-sensors', 'wifi-halow'],
            measures: ['highest-level', 'readings-missed', 'hours-above-watch'],
            grantEnds: '2023-03-31',
        },
    },
    Participant: {
        sato: {
            ofProject: kProject,
            name: '佐藤 太郎',
            organisation: '試験町',
            role: '担当',
            tier: 'any-town',
            share: 0.2,
            from: '2021-04-01',
        },
        kimura: {
            ofProject: kProject,
            name: '木村 次郎',
            organisation: '川の会',
            role: '現地の確認',
            tier: 'outside',
            share: 0.1,
            from: '2021-04-01',
            to: '2022-03-31',
        },
    },
    Stage: {
        'river-pilot': {
            ofProject: kProject,
            kind: 'pilot',
            from: '2021-08-01',
            to: '2021-08-31',
            hypothesis: '水位が見えれば、地下道をあふれる前に閉じられる',
            looks: 2,
            expectations: [
                { measure: 'highest-level', group: '試験川1', better: 'up', threshold: 5 },
                { measure: 'readings-missed', better: 'down', threshold: 3 },
                { measure: 'hours-above-watch', group: '試験川1', better: 'down', threshold: 0.5 },
            ],
        },
    },
    Artefact: {
        hurdles: {
            ofProject: kProject,
            slot: 'pilot.hurdles',
            title: '実装のハードル',
            on: '2021-08-10',
            people: [{ name: '佐藤 太郎', organisation: '試験町' }],
            text: '冬に電池が切れる',
            hurdles: [{ hurdle: '電池', way: '太陽電池に替える' }],
            links: ['https://example.jp/hurdles'],
        },
        hearing: {
            ofProject: kProject,
            slot: 'factor.residents',
            title: '住民への聞き取り',
            on: '2021-05-20',
            people: [{ name: '木村 次郎', organisation: '川の会' }],
            text: '通学路の見守りの人に聞いた',
            asked: [
                { who: '見守り隊', objection: '夜の通知が多いと困る' },
                { who: '自治会', noneBy: '自治会長 田中' },
            ],
        },
    },
};

const written = (server, things) => post(server, '/musubi/v1/loop', things);

/** Written, nothing begun. */
export const riverWatch = (server) => written(server, kRiverWatch);

/** With its pilot entered, and one goalpost moved. */
export async function riverPilot(server) {
    await riverWatch(server);
    await post(server, '/musubi/v1/stages/river-pilot/enter', {});
    const stage = structuredClone(kRiverWatch.Stage['river-pilot']);
    stage.expectations[0].threshold = 4;
    await written(server, { Stage: { 'river-pilot': stage }, why: '台風の年には低すぎた' });
}

/** The pilot with its first gate open. */
export async function riverGate(server) {
    await riverPilot(server);
    await post(server, '/musubi/v1/gates', { stage: 'river-pilot' });
}

/** Two organisations, and a session of a person of each. */
export async function twoSigners(server) {
    const signers = [];
    for (const [ja, en, role, name] of [
        ['試験町', 'Test town', 'member', 'sato'],
        ['川の会', 'River club', 'reviewer', 'kimura'],
    ]) {
        const made = await post(server, '/musubi/v1/organisations', { name: { ja, en } });
        const { id } = await made.json();
        const displayName = name === 'sato' ? '佐藤 太郎' : '木村 次郎';
        signers.push(
            await sessionOf(server, { name, displayName, organisation: id, grants: [{ role }] }),
        );
    }
    return signers;
}
