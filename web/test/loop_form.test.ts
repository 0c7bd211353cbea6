import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoopThing } from '../src/model/loop';
import {
    changedIn,
    formLacks,
    formPlace,
    freeSlug,
    membersBeside,
    merged,
    same,
    sentOf,
    typedOf,
} from '../src/model/loop_form';
import { fieldKind, memberOf, narrowed, type Schema } from '../src/model/loop_schema';

const line: Schema = { type: 'string', maxLength: 200 };
const schema: Schema = {
    properties: {
        title: line,
        points: { type: 'array', items: line },
        functions: { type: 'array', items: { enum: ['a', 'b'] } },
        people: {
            type: 'array',
            items: { properties: { name: line, organisation: line }, required: ['name', 'organisation'] },
        },
        maturity: {
            type: 'array',
            items: {
                properties: { of: { enum: ['talent', 'business'] }, level: { type: 'integer' }, why: line },
                required: ['of', 'level', 'why'],
            },
        },
    },
    required: ['title', 'people'],
};
const names = ['title', 'points', 'people'];
const of = { type: 'Artefact', schema };

test('what is there is typed, and what is typed is sent as it was', () => {
    const thing = {
        title: '聞き取り',
        points: ['一', '二'],
        functions: ['b'],
        people: [{ name: '佐藤', organisation: '町' }],
    };
    const typed = typedOf(schema, thing);
    assert.equal(typed.points, '一\n二');
    assert.deepEqual(sentOf(schema, [...names, 'functions'], typed), thing);
    assert.equal(fieldKind(memberOf(schema, 'people')), 'rows');
});

test('a row in which nothing is typed is not sent; a list that has to be there is', () => {
    const typed = typedOf(schema, { people: [{}, { name: '佐藤', organisation: '町' }] });
    assert.deepEqual(sentOf(schema, names, typed), {
        people: [{ name: '佐藤', organisation: '町' }],
    });
    assert.deepEqual(sentOf(schema, ['people'], typedOf(schema)), { people: [] });
});

test('what is missing is named by its place', () => {
    assert.deepEqual(formLacks(of, names, typedOf(schema, { people: [{}] }), { needs: ['points'] }), {
        'Artefact/title': 'missing',
        'Artefact/points': 'missing',
        'Artefact/people/0/name': 'missing',
        'Artefact/people/0/organisation': 'missing',
    });
    assert.deepEqual(formLacks(of, ['people'], typedOf(schema)), { 'Artefact/people': 'missing' });
    const long = typedOf(schema, { title: 'x', people: [], points: ['短い', '水'.repeat(201)] });
    assert.equal(formLacks(of, ['points'], long)['Artefact/points'], 'long');
});

test('a row for each word: only those with something typed are sent and held to be whole', () => {
    const each = { maturity: 'of' };
    const typed = typedOf(schema, { maturity: [{ of: 'business', level: 2, why: '試した' }] }, each);
    assert.deepEqual(
        sentOf(schema, ['maturity'], typed, each).maturity,
        [{ of: 'business', level: 2, why: '試した' }],
    );
    assert.deepEqual(formLacks(of, ['maturity'], typed, { each }), {});
    (typed.maturity as Record<string, string>[])[0]!.level = '3';
    assert.deepEqual(formLacks(of, ['maturity'], typed, { each }), {
        'Artefact/maturity/0/why': 'missing',
    });
});

test('a refusal is shown where it is, also behind a row that was not sent', () => {
    const typed = typedOf(schema, { people: [{}, { name: '佐藤' }] });
    const at = (pointer: string) => formPlace(pointer, { type: 'Artefact', slug: 'a' }, typed);
    assert.equal(at('/Artefact/a/people/0/organisation'), 'Artefact/people/1/organisation');
    assert.equal(at('/Artefact/a/people/0/name/3'), 'Artefact/people/1/name');
    assert.equal(at('/Artefact/a/title'), 'Artefact/title');
    assert.equal(at('/Artefact/a/points/3'), 'Artefact/points');
    assert.equal(at('/Artefact/b/title'), null);
    assert.equal(at('/Project/a/title'), null);
});

test('what two people changed is laid together, and said', () => {
    const was = { title: '一', text: '一', on: '1' };
    const mine = { title: '二', text: '一', on: '2' };
    const theirs = { title: '三', text: '三', on: '2' };
    assert.deepEqual(merged(was, mine, theirs), {
        typed: { title: '二', text: '三', on: '2' },
        taken: ['text'],
        both: ['title'],
    });
    assert.deepEqual(changedIn(was, mine), ['title', 'on']);
});

test('members that a form does not ask for stay as they are', () => {
    const thing = { id: 'urn:x', title: 'a', points: ['b'], state: 'open' } as unknown as LoopThing;
    assert.deepEqual(membersBeside(schema, ['title'], thing), { points: ['b'] });
});

test('values are the same in whatever order their members stand', () => {
    assert.ok(same([{ a: 1, b: [2] }], [{ b: [2], a: 1 }]));
    assert.ok(!same([{ a: 1 }], [{ a: 1, b: 2 }]));
    assert.ok(!same(undefined, 1));
});

test('choices are put into a schema by their path', () => {
    const made = narrowed(schema, ['people', 'name'], ['佐藤']);
    assert.deepEqual(memberOf(made, 'people', 'name').enum, ['佐藤']);
    assert.equal(fieldKind(narrowed(schema, ['points'], ['x']).properties!.points!), 'choices');
    assert.equal(memberOf(schema, 'people', 'name').enum, undefined);
});

test('a name that is free fits an address', () => {
    assert.equal(freeSlug('river-pilot', ['river-pilot', 'river-pilot-2']), 'river-pilot-3');
    assert.ok(freeSlug('x'.repeat(90), ['x'.repeat(58)]).length <= 64);
});
