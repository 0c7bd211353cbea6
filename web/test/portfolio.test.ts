import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Project, Stage } from '../src/model/loop';
import { filling, neededFor, slugOf, stageUnderWay, stateOf } from '../src/model/loop';
import { countsOf, filterOf, matches, partsOf, pilotTable, rowsOf } from '../src/model/portfolio';
import { fieldKind, halfOf, lackOf, valueOf } from '../src/model/loop_schema';

const project = (slug: string, more: Partial<Project> = {}) =>
    ({ id: `urn:ngsi-ld:Project:${slug}`, slug, title: slug, ...more }) as Project;
const stage = (of: string, state: string, from: string, kind = 'pilot') =>
    ({ id: `urn:ngsi-ld:Stage:${from}`, ofProject: `urn:ngsi-ld:Project:${of}`, state, from, kind }) as Stage;

test('the stage of a project is the open one, else the last that is over', () => {
    const plan = stage('a', 'passed', '2021-01-01', 'plan');
    const pilot = stage('a', 'planned', '2021-04-01');
    assert.equal(stageUnderWay([])?.kind, undefined);
    assert.equal(stageUnderWay([pilot])?.kind, 'pilot');
    assert.equal(stageUnderWay([pilot, plan])?.kind, 'plan');
    assert.equal(stageUnderWay([plan, { ...pilot, state: 'open' }])?.kind, 'pilot');
    assert.equal(stateOf(project('a'), [plan, pilot]), 'waiting');
    assert.equal(stateOf(project('a', { openGate: 'x' }), [plan]), 'gate');
    assert.equal(stateOf(project('a', { state: 'ended', openGate: 'x' }), [plan]), 'ended');
});

test('a project counts at each of its functions, and where nothing is said', () => {
    const rows = rowsOf(
        [project('a', { functions: ['x', 'y'], fiscalYear: 2021 }), project('b', { field: 'f' })],
        [stage('a', 'open', '2021-04-01')],
    );
    assert.deepEqual(countsOf(rows, 'function'), [['', 1], ['x', 1], ['y', 1]]);
    assert.deepEqual(countsOf(rows, 'stage'), [['', 1], ['pilot', 1]]);
    assert.deepEqual(
        rows.map((row) => matches(row, { function: 'y', year: '2021' })),
        [true, false],
    );
    assert.deepEqual(rows.map((row) => matches(row, { field: '' })), [true, false]);
});

test('a filter goes through an address and back', () => {
    const filter = { field: '', year: '2021' };
    assert.deepEqual(partsOf(filter), ['field', '-', 'year', '2021']);
    assert.deepEqual(filterOf(partsOf(filter)), filter);
    assert.deepEqual(filterOf(['nonsense', 'x', 'year']), {});
});

test('of two languages one half is taken, whatever ids stand in it', () => {
    assert.equal(halfOf('事業名 / Name', 'ja'), '事業名');
    assert.equal(halfOf('事業名 / Name', 'en'), 'Name');
    assert.equal(halfOf('これがない: a / b / this is not there: a / b', 'ja').slice(0, 5), 'これがない');
    assert.equal(halfOf('only English / no more', 'ja'), 'only English / no more');
});

test('a member is asked for in the form of its schema', () => {
    assert.equal(fieldKind({ enum: ['a'] }), 'choice');
    assert.equal(fieldKind({ type: 'array', items: { enum: ['a'] } }), 'choices');
    assert.equal(fieldKind({ type: 'string', maxLength: 4000 }), 'text');
    assert.equal(fieldKind({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }), 'day');
    assert.equal(lackOf({ maxLength: 5 }, true, ' '), 'missing');
    assert.equal(lackOf({ maxLength: 1 }, true, '水水'), 'long');
    assert.equal(lackOf({ type: 'number' }, false, 'x'), 'number');
    assert.equal(lackOf({ type: 'integer' }, false, '1.5'), 'whole');
    assert.equal(lackOf({ type: 'integer' }, false, ''), null);
    assert.equal(valueOf({ type: 'number' }, '0.5'), 0.5);
    assert.equal(valueOf({}, '  '), undefined);
});

test('artefacts of another stage fill nothing; of none, every stage', () => {
    const artefacts = [{ slot: 's', ofStage: 'other' }, { slot: 's' }] as never[];
    assert.equal(filling(artefacts, 's', 'this').length, 1);
    assert.equal(slugOf('urn:ngsi-ld:Gate:a-1'), 'a-1');
});

test('what a decision still needs', () => {
    const decision = { outcome: 'stop', signatures: [{ organisation: 'a' }] } as never;
    assert.deepEqual(neededFor(decision, project('a', { stoppedBy: 'independent-body' })), {
        signatures: 1,
        taken: ['a'],
        body: true,
        bodyCanStop: true,
    });
});

test('pilots of which only numbers are known add up by field and by year', () => {
    const count = (field: string, fiscalYear: number, pilots: number) =>
        ({ field, fiscalYear, pilots }) as never;
    assert.deepEqual(pilotTable([count('a', 2021, 4), count('b', 2020, 3), count('b', 2021, 2)]), {
        years: [2020, 2021],
        rows: [
            { field: 'b', counts: [3, 2], total: 5 },
            { field: 'a', counts: [0, 4], total: 4 },
        ],
        totals: [3, 6],
        total: 9,
    });
});
