import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { csvOf } from '../src/export/csv';
import { xlsxOf } from '../src/export/xlsx';
import { crc32, zipOf } from '../src/export/zip';

const table = {
    name: '観測点/1',
    columns: ['名', '値'],
    rows: [
        ['九十九橋', 2.47],
        ['a,"b"', null],
        ['=1+1', -1],
    ],
};

test('CSV opens in Excel: byte order mark, quotes, no formulas', () => {
    assert.equal(csvOf(table), '\uFEFF名,値\r\n九十九橋,2.47\r\n"a,""b""",\r\n\'=1+1,-1\r\n');
});

test('the checksum is that of the zip format', () => {
    assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
});

/** The names and texts in a stored zip, read back through its directory. */
function unzipped(bytes: Uint8Array): Map<string, string> {
    const view = new DataView(bytes.buffer);
    const end = bytes.length - 22;
    assert.equal(view.getUint32(end, true), 0x06054b50);
    const files = new Map<string, string>();
    let at = view.getUint32(end + 16, true);
    for (let n = view.getUint16(end + 10, true); n > 0; n--) {
        assert.equal(view.getUint32(at, true), 0x02014b50);
        const [size, nameLength] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
        const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
        const local = view.getUint32(at + 42, true);
        assert.equal(view.getUint32(local, true), 0x04034b50);
        const data = bytes.subarray(local + 30 + nameLength, local + 30 + nameLength + size);
        assert.equal(view.getUint32(at + 16, true), crc32(data));
        files.set(name, new TextDecoder().decode(data));
        at += 46 + nameLength;
    }
    return files;
}

test('a workbook holds its sheet, its texts and its numbers', () => {
    const files = unzipped(xlsxOf(table));
    const sheet = files.get('xl/worksheets/sheet1.xml')!;
    assert.ok(
        sheet.includes(
            '<c t="inlineStr"><is><t xml:space="preserve">九十九橋</t></is></c><c><v>2.47</v></c>',
        ),
    );
    assert.ok(sheet.includes('a,&quot;b&quot;'));
    assert.ok(files.get('xl/workbook.xml')!.includes('name="観測点 1"'));
    assert.equal(files.size, 5);
});

test('another program finds the zip in order', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'musubi-zip-'));
    try {
        writeFileSync(
            join(folder, 'a.zip'),
            zipOf([
                ['一.txt', 'one'],
                ['b/two.txt', ''],
            ]),
        );
        const names = execFileSync(
            'python3',
            [
                '-c',
                'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;print(*z.namelist())',
                join(folder, 'a.zip'),
            ],
            { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } },
        );
        assert.equal(names.trim(), '一.txt b/two.txt');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        context.skip('python3 is not installed');
    } finally {
        rmSync(folder, { recursive: true });
    }
});
