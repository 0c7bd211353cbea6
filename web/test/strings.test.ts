import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import careEn from '../src/strings/care.en.json';
import careJa from '../src/strings/care.ja.json';
import en from '../src/strings/en.json';
import ja from '../src/strings/ja.json';
import projectsEn from '../src/strings/projects.en.json';
import projectsJa from '../src/strings/projects.ja.json';
import settingsEn from '../src/strings/settings.en.json';
import settingsJa from '../src/strings/settings.ja.json';

/** The words of the first page, then those that come with the settings and with the projects. */
const catalogues = {
    ja: { ...ja, ...settingsJa, ...projectsJa, ...careJa },
    en: { ...en, ...settingsEn, ...projectsEn, ...careEn },
} as Record<string, Record<string, string>>;

function placeholders(text: string): string[] {
    return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();
}

/** Every source of the page, as one text. The runner starts the tests in web/. */
function source(folder = 'src'): string {
    return readdirSync(folder, { withFileTypes: true })
        .map((entry) => {
            const path = join(folder, entry.name);
            if (entry.isDirectory()) return source(path);
            return /\.(ts|svelte)$/.test(entry.name) ? readFileSync(path, 'utf8') : '';
        })
        .join('\n');
}

test('both languages have the same keys, in the same order', () => {
    assert.deepEqual(Object.keys(catalogues.en!), Object.keys(catalogues.ja!));
});

test('no word stands in two catalogues', () => {
    const seen = new Set<string>();
    const twice = [ja, settingsJa, projectsJa, careJa]
        .flatMap((one) => Object.keys(one))
        .filter((key) => seen.size === seen.add(key).size);
    assert.deepEqual(twice, []);
});

test('both languages fill in the same values', () => {
    for (const key of Object.keys(catalogues.ja!)) {
        assert.deepEqual(
            placeholders(catalogues.en![key]!),
            placeholders(catalogues.ja![key]!),
            key,
        );
    }
});

test('every key is used, and what is chosen by the server has its words', () => {
    const text = source();
    const computed =
        /^(alert\.kind|alert\.status|feed|trend|dev\.role|dev\.kind|role|ground|policies\.state|halts\.state|policy\.action|trial\.reach|journal\.kind|journal\.detail|nav|method|signIn\.by|openid\.why|machines\.way|machines\.given|machines\.method|effect\.method|effect\.needs|loop)\./;
    const unused = Object.keys(catalogues.ja!).filter(
        (key) => !computed.test(key) && !text.includes(`'${key}'`),
    );
    assert.deepEqual(unused, []);
});

test('components hold no Japanese of their own outside comments', () => {
    const text = source()
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/(^|\s)\/\/ .*$/gm, '');
    const kept = [...text.matchAll(/[\u3040-\u30ff\u4e00-\u9fff]+/g)].map((match) => match[0]);
    // Units, era names and the name of the other language are data, not sentences.
    const allowed = new Set([
        '年',
        '年度',
        '月',
        '日',
        '時間',
        '分',
        '分未満',
        '秒',
        'か月',
        '人',
        '円',
        '前',
        'たった今',
        '元',
        '令和',
        '平成',
        '昭和',
        '日本語',
    ]);
    assert.deepEqual(
        kept.filter((word) => !allowed.has(word)),
        [],
    );
});
