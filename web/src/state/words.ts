/** Names of states and alerts: levels by the words the server sends, the rest from the catalogue. */
import type { Alert } from '../model/alerts';
import type { Station } from '../model/stations';
import { isoTime } from '../model/text';
import { isKey, say, t, type Key } from './language.svelte';
import { town } from './town.svelte';

export function stateWords(station: Station): string {
    switch (station.kind) {
        case 'level':
        case 'standby':
            return t('state.above', { name: say(station.reached?.name) });
        case 'normal':
            return t('state.normal');
        case 'plain':
            return t('state.plain');
        case 'silent':
            return t('state.silent');
    }
}

/** What an alert is about: the threshold's name as the server has it, or a word of ours. */
export function alertWords(alert: Alert): string {
    const item = town.levels.items.find((level) => level.attribute === alert.subCategory);
    if (item) return t('state.above', { name: say(item.name) });
    const key = `alert.kind.${alert.subCategory}`;
    return isKey(key) ? t(key) : alert.subCategory || t('alert.kind.other');
}

/** The name of a file that leaves the page: it says what kind of data it holds before anything else. */
export function fileName(of: string, time: number, synthetic: boolean): string {
    const kinds = [town.info?.drill && t('band.drillShort'), synthetic && t('band.syntheticShort')];
    return [...kinds.filter(Boolean), of, isoTime(time).slice(0, 16).replace(':', '')].join('-');
}

/** The heads of the two columns of `timeCells`. */
export function timeColumns(key: Key): string[] {
    return [t(key), t('export.inEra', { of: t(key) })];
}

/** What kind of data a row that leaves the page holds. */
export function kindWords(synthetic: boolean): string {
    const kinds = [
        town.info?.drill && t('band.drillShort'),
        synthetic ? t('band.syntheticShort') : t('export.real'),
    ];
    return kinds.filter(Boolean).join(t('separator'));
}

/** Where it is: the station's name, or what is left of the id of something else. */
export function sourceName(alert: Alert): string {
    if (!alert.source) return '';
    return (
        town.stationById.get(alert.source)?.name ?? alert.source.replace(/^urn:ngsi-ld:[^:]*:/, '')
    );
}
