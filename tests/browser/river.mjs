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

const writeRows = (folder, name, rows) =>
    writeFileSync(join(folder, name), '\uFEFF' + rows.join('\n') + '\n');

/** A folder with 48 stations, each at a river, and no readings yet. */
function stationsFolder(riverOf) {
    const folder = mkdtempSync(join(tmpdir(), 'musubi-river-'));
    const sensors = [
        'id,日付,所在地,河川名,観測所名,管理者名,はん濫危険水位,避難判断水位,はん濫注意水位,水防団待機水位,geo3x3,url',
    ];
    for (let n = 1; n <= kStations; n++) {
        const place = geo3x3(136.2 + (n % 8) * 0.02, 36 + Math.floor(n / 8) * 0.02);
        const thresholds = kThresholds.map((value) => value.toFixed(2)).join(',');
        sensors.push(
            `${n},2021-08-14,福井市照手,${riverOf(n)},${stationName(n)},福井土木,${thresholds},${place},https://example.jp/${n}`,
        );
    }
    writeRows(folder, 'sensors.csv', sensors);
    return folder;
}

/** The first day of a season's folder, and the day from which its project works. */
export const kSeason = { from: '2021-06-01', start: '2021-07-11', days: 70 };

/**
 * A folder with a river for each station over 70 days, four readings a day: all rise and fall together, each in its
 * own measure and with some chance; the highest level of 試験川1 is `effect` metres higher from the start on.
 */
export function seasonFolder(effect) {
    const folder = stationsFolder((n) => `試験川${n}`);
    let seed = 11;
    const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
    const pulls = Array.from({ length: kStations }, () => 1 + 0.4 * chance());
    let common = 1.5;
    for (let day = 0; day < kSeason.days; day++) {
        const date = new Date(Date.parse(kSeason.from) + day * 86_400_000).toISOString().slice(0, 10);
        common = 1.5 + 0.6 * (common - 1.5) + 0.6 * chance();
        const rows = ['日時,河川水位,id'];
        for (let n = 1; n <= kStations; n++) {
            const more = n === 1 && date >= kSeason.start ? effect : 0;
            const level = 0.5 + pulls[n - 1] * common + 0.1 * chance() + more;
            for (const hour of ['00', '06', '12', '18'])
                rows.push(`${date}T${hour}:00,${(level - (hour === '12' ? 0 : 0.05)).toFixed(2)},${n}`);
        }
        writeRows(folder, `${date}.csv`, rows);
    }
    return folder;
}

/**
 * A folder with 48 stations, of which the first `wrong` stand above a threshold that has a level; so many
 * rows of the last day are `unread`able.
 */
export function riverFolder(wrong, unread = 0) {
    const folder = stationsFolder((n) => `試験川${n % 6}`);
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
    for (const [day, rows] of days) writeRows(folder, `${day}.csv`, rows);
    return folder;
}
