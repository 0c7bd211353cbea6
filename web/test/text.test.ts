import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kDay, kHour, kMinute } from '../src/model/series';
import {
    agoText,
    changeText,
    eraTime,
    fiscalYear,
    fullTime,
    isoTime,
    levelText,
    spanText,
    timeText,
} from '../src/model/text';

const kTime = Date.parse('2021-08-14T15:05:00Z');

test('times are those of Japan, whatever the machine thinks', () => {
    assert.equal(isoTime(kTime), '2021-08-15T00:05:00+09:00');
    assert.equal(fullTime(kTime, 'ja'), '2021年8月15日 00:05');
    assert.equal(fullTime(kTime, 'en'), '15 Aug 2021 00:05');
    assert.equal(timeText(kTime, kTime + kHour, 'ja'), '00:05');
    assert.equal(timeText(kTime, kTime + kDay, 'ja'), '8月15日 00:05');
    assert.equal(timeText(kTime, kTime + 600 * kDay, 'ja'), '2021年8月15日 00:05');
});

test('a fiscal year runs from April to March', () => {
    assert.equal(fiscalYear(Date.parse('2021-03-31T14:59:00Z')), '令和2年度');
    assert.equal(fiscalYear(Date.parse('2021-03-31T15:00:00Z')), '令和3年度');
    assert.equal(fiscalYear(Date.parse('2019-04-10T00:00:00Z')), '令和元年度');
    assert.equal(fiscalYear(Date.parse('2019-03-10T00:00:00Z')), '平成30年度');
});

test('years are those of the era', () => {
    assert.equal(eraTime(kTime), '令和3年8月15日 00:05');
    assert.equal(eraTime(Date.parse('2019-04-30T14:59:00Z')), '平成31年4月30日 23:59');
    assert.equal(eraTime(Date.parse('2019-04-30T15:00:00Z')), '令和元年5月1日 00:00');
});

test('spans are said in the two largest units', () => {
    assert.equal(spanText(8 * kMinute, 'ja'), '8分');
    assert.equal(spanText(3 * kHour + 20 * kMinute, 'ja'), '3時間20分');
    assert.equal(spanText(2 * kDay + 4 * kHour, 'en'), '2 d 4 h');
    assert.equal(spanText(90 * kDay + 4 * kHour, 'ja'), '90日');
    assert.equal(spanText(20_000, 'ja'), '1分未満');
    assert.equal(agoText(10_000, 'ja'), 'たった今');
    assert.equal(agoText(5 * kMinute, 'en'), '5 min ago');
});

test('levels have two decimals and a true minus', () => {
    assert.equal(levelText(2.4), '2.40');
    assert.equal(levelText(-0.25), '−0.25');
    assert.equal(levelText(-0.001), '0.00');
    assert.equal(changeText(0.3), '+0.30');
    assert.equal(changeText(0.001), '±0.00');
});
