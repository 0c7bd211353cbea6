/** Numbers and times as the town hall writes them. Japan keeps one zone without summer time: UTC+9. */
import { kDay, kHour, kMinute } from './series';

export type Language = 'ja' | 'en';

const kOffset = 9 * kHour;
const kMonths = [
    'Jan',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
];

function parts(time: number) {
    const local = new Date(time + kOffset);
    return {
        year: local.getUTCFullYear(),
        month: local.getUTCMonth() + 1,
        day: local.getUTCDate(),
        hour: local.getUTCHours(),
        minute: local.getUTCMinutes(),
        second: local.getUTCSeconds(),
    };
}

const two = (n: number) => String(n).padStart(2, '0');

/** 18:50 */
export function clockTime(time: number): string {
    const p = parts(time);
    return `${two(p.hour)}:${two(p.minute)}`;
}

/** 8月14日 / 14 Aug */
export function dayText(time: number, language: Language): string {
    const p = parts(time);
    return language === 'ja' ? `${p.month}月${p.day}日` : `${p.day} ${kMonths[p.month - 1]}`;
}

/** The time alone if it is of the same day as `now`, else with its day, and its year if that is another. */
export function timeText(time: number, now: number, language: Language): string {
    if (parts(time).year !== parts(now).year) return fullTime(time, language);
    const sameDay = Math.floor((time + kOffset) / kDay) === Math.floor((now + kOffset) / kDay);
    return sameDay ? clockTime(time) : `${dayText(time, language)} ${clockTime(time)}`;
}

/** 2021年8月14日 / 14 Aug 2021 */
export function fullDay(time: number, language: Language): string {
    const p = parts(time);
    return language === 'ja'
        ? `${p.year}年${p.month}月${p.day}日`
        : `${dayText(time, 'en')} ${p.year}`;
}

/** 2021年8月14日 18:50 / 14 Aug 2021 18:50 */
export function fullTime(time: number, language: Language): string {
    return `${fullDay(time, language)} ${clockTime(time)}`;
}

/** When a day (YYYY-MM-DD) begins in Japan. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00+09:00`);
/** Its last second there. */
export const endOfDay = (day: string): number => Date.parse(`${day}T23:59:59+09:00`);

/** 2021-08-14T18:50:00+09:00 */
export function isoTime(time: number): string {
    const p = parts(time);
    return `${p.year}-${two(p.month)}-${two(p.day)}T${two(p.hour)}:${two(p.minute)}:${two(p.second)}+09:00`;
}

const kEras: [string, string, number][] = [
    ['2019-05-01', '令和', 2018],
    ['1989-01-08', '平成', 1988],
    ['1926-12-25', '昭和', 1925],
];

function eraYear(year: number, date: string): string {
    const era = kEras.find(([start]) => date >= start);
    const number = era ? year - era[2] : year;
    return `${era ? era[1] : ''}${era && number === 1 ? '元' : number}`;
}

/** 令和3年8月14日 18:50 */
export function eraTime(time: number): string {
    const p = parts(time);
    const year = eraYear(p.year, isoTime(time).slice(0, 10));
    return `${year}年${p.month}月${p.day}日 ${clockTime(time)}`;
}

/** 令和3年度: from April to March. */
export function fiscalYear(time: number): string {
    const p = parts(time);
    const year = p.month < 4 ? p.year - 1 : p.year;
    // The year 2019 is 令和元年度 as a whole.
    return `${eraYear(year, `${year}-05-01`)}年度`;
}

/** A time on its way out of the page: as ISO 8601, and in the years of the era. */
export function timeCells(time: number | null): [string | null, string | null] {
    return time === null ? [null, null] : [isoTime(time), eraTime(time)];
}

/** How long: 1分未満, 8分, 3時間20分, 2日4時間, 90日 / under 1 min, 8 min, 3 h 20 min, 2 d 4 h, 90 d */
export function spanText(span: number, language: Language): string {
    const minutes = Math.max(0, Math.floor(span / kMinute));
    if (minutes === 0) return language === 'ja' ? '1分未満' : 'under 1 min';
    const [d, h, m] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
    const [day, hour, minute] = language === 'ja' ? ['日', '時間', '分'] : [' d', ' h', ' min'];
    const gap = language === 'ja' ? '' : ' ';
    if (d) return `${d}${day}${h && d < 7 ? `${gap}${h}${hour}` : ''}`;
    if (h) return `${h}${hour}${m ? `${gap}${m}${minute}` : ''}`;
    return `${m}${minute}`;
}

/** How long ago: 8分前, たった今 / 8 min ago, just now */
export function agoText(span: number, language: Language): string {
    if (span < kMinute) return language === 'ja' ? 'たった今' : 'just now';
    return spanText(span, language) + (language === 'ja' ? '前' : ' ago');
}

const kUnits: Record<string, string> = { MTR: 'm', CMT: 'cm', MMT: 'mm', CEL: '°C', P1: '%' };

export function unitText(unitCode: string): string {
    return kUnits[unitCode] ?? unitCode;
}

/** Two decimals, a true minus sign. */
export function levelText(value: number): string {
    return (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace('-', '−');
}

/** A number of whatever kind, as it was written down. */
export function plainText(value: number): string {
    return String(value).replace('-', '−');
}

/** A change, with its sign: +0.30, −0.05, ±0.00 */
export function changeText(value: number): string {
    const text = levelText(value);
    return text === '0.00' ? '±0.00' : value > 0 ? `+${text}` : text;
}
