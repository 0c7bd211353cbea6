import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyForm, filtersOf, lacksOf, membersOf, queryOf } from '../src/model/cases';

test('a search goes into an address and comes back', () => {
    const filters = { ...filtersOf(''), q: '除雪の人手 snow', outcome: 'stop', from: '2021' };
    assert.deepEqual(filtersOf(queryOf(filters)), filters);
    assert.equal(queryOf(filtersOf('')), '');
});

test('a form says what it lacks', () => {
    assert.deepEqual(lacksOf(emptyForm()), ['kind', 'title', 'challenge', 'outcome', 'slug']);
    const form = {
        ...emptyForm(),
        slug: 'boar-1',
        kind: 'learning',
        title: 'いのしし',
        challenge: 'hands',
        outcome: 'stop',
    };
    assert.deepEqual(lacksOf(form), []);
    assert.deepEqual(
        lacksOf({ ...form, slug: 'Boar', fiscalYear: '令和5', townCode: '182', yearly: '八百' }),
        ['slug', 'fiscalYear', 'townCode', 'yearly'],
    );
});

test('what was not said is left out of what is sent', () => {
    const form = emptyForm();
    Object.assign(form, { kind: 'learning', title: ' いのしし ', challenge: 'hands', outcome: 'stop' });
    assert.deepEqual(membersOf(form), {
        kind: 'learning',
        title: 'いのしし',
        challenge: 'hands',
        outcome: 'stop',
    });
    form.hurdles = [{ hurdle: '電波', way: '' }];
    form.people = [{ role: '猟師', tier: 'core' }];
    form.interview = { residents: '全戸に聞いた', talks: ' ' };
    form.setUp = '12000';
    const sent = membersOf(form);
    assert.deepEqual(sent.hurdles, [{ hurdle: '電波' }]);
    assert.deepEqual(sent.interview, { residents: '全戸に聞いた' });
    assert.deepEqual(sent.money, { setUp: 12000 });
    assert.deepEqual(sent.people, [{ role: '猟師', tier: 'core' }]);
});
