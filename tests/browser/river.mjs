// A small town's river folder, in the form in which the prefecture publishes it: sensors.csv and a
// file a day. Every test thus knows what is wrong, and it comes in as real data would.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The last reading of every situation, which in a replay is the present. */
export const kPresent = '2021-08-14T18:00';
const kStations = 48;
const kStep = 10 * 60_000;
const kReadings = 144;
/** はん濫危険, 避難判断, はん濫注意, 水防団待機 */
const kThresholds = [6, 5, 4, 3];

/** The Geo3x3 code of a place, 15 cells deep (about a metre). */
function geo3x3(longitude, latitude) {
    let [unit, code] = [180, longitude >= 0 ? 'E' : 'W'];
    let [x, y] = [longitude >= 0 ? longitude : longitude + 180, latitude + 90];
    for (let depth = 0; depth < 15; depth++) {
        unit /= 3;
        const [column, row] = [Math.floor(x / unit), Math.floor(y / unit)];
        code += row * 3 + column + 1;
        x -= column * unit;
        y -= row * unit;
    }
    return code;
}

export function stationId(n) {
    return `urn:ngsi-ld:FloodMonitoring:fukui:${n}`;
}

export function stationName(n) {
    return `試験橋${n}`;
}

/** Where a station ends up: those that are wrong rise over the last three hours, the others rest. */
function levelAt(n, minutesToEnd, wrong) {
    const rest = 1 + (n % 5) / 10;
    if (n > wrong) return rest;
    const top = kThresholds[(n - 1) % 3] + 0.25;
    const share = Math.min(1, Math.max(0, 1 - (minutesToEnd - 30) / 150));
    return rest + (top - rest) * share;
}

/** The 警戒レベル相当 at which station `n` ends. */
export function levelOf(n) {
    return 4 - ((n - 1) % 3);
}

const local = (time) => new Date(time + 9 * 3_600_000).toISOString().slice(0, 16);

/**
 * A folder with 48 stations, of which the first `wrong` stand above a threshold that has a level; so many
 * rows of the last day are `unread`able.
 */
export function riverFolder(wrong, unread = 0) {
    const folder = mkdtempSync(join(tmpdir(), 'musubi-river-'));
    const sensors = [
        'id,日付,所在地,河川名,観測所名,管理者名,はん濫危険水位,避難判断水位,はん濫注意水位,水防団待機水位,geo3x3,url',
    ];
    for (let n = 1; n <= kStations; n++) {
        const place = geo3x3(136.2 + (n % 8) * 0.02, 36 + Math.floor(n / 8) * 0.02);
        const thresholds = kThresholds.map((value) => value.toFixed(2)).join(',');
        sensors.push(
            `${n},2021-08-14,福井市照手,試験川${n % 6},${stationName(n)},福井土木,${thresholds},${place},https://example.jp/${n}`,
        );
    }
    writeFileSync(join(folder, 'sensors.csv'), '\uFEFF' + sensors.join('\n') + '\n');

    const end = Date.parse(`${kPresent}:00+09:00`);
    const days = new Map();
    for (let i = kReadings; i >= 0; i--) {
        const time = local(end - i * kStep);
        const rows = days.get(time.slice(0, 10)) ?? ['日時,河川水位,id'];
        for (let n = 1; n <= kStations; n++)
            rows.push(`${time},${levelAt(n, i * 10, wrong).toFixed(2)},${n}`);
        days.set(time.slice(0, 10), rows);
    }
    for (let n = 1; n <= unread; n++) days.get(kPresent.slice(0, 10)).push(`${kPresent},欠測,${n}`);
    for (const [day, rows] of days)
        writeFileSync(join(folder, `${day}.csv`), '\uFEFF' + rows.join('\n') + '\n');
    return folder;
}
