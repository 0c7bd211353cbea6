/** お知らせ: reading alert entities and putting them in the order in which they matter. Pure. */
import type { Entity, Levels, Words } from '../api/types';
import {
    bareValue,
    flagOf,
    listOf,
    numberOf,
    quantityOf,
    textOf,
    timeOf,
    wordsOf,
    type Quantity,
} from './attributes';

export interface Action {
    at: number | null;
    by: string;
    text: string;
}

export interface Alert {
    id: string;
    subCategory: string;
    status: 'open' | 'taken' | 'closed';
    /** 警戒レベル相当; null for what has none (a silent sensor). */
    level: number | null;
    severity: string;
    source: string | null;
    issued: number | null;
    since: number | null;
    closed: number | null;
    words: Words | null;
    measured: Quantity | null;
    threshold: number | null;
    staffOnly: boolean;
    synthetic: boolean;
    takenBy: string | null;
    takenAt: number | null;
    actions: Action[];
}

function actionOf(item: unknown): Action | null {
    const value = bareValue(item) as Record<string, unknown> | null;
    if (typeof value !== 'object' || value === null || typeof value.text !== 'string') return null;
    return { at: timeOf(value.at), by: String(value.by ?? ''), text: value.text };
}

export function alertOf(entity: Entity, levels: Levels): Alert {
    const subCategory = textOf(entity.subCategory) ?? '';
    const status = textOf(entity.status);
    const closed = timeOf(entity.validTo);
    const named = levels.items.find((item) => item.attribute === subCategory)?.level ?? null;
    return {
        id: entity.id,
        subCategory,
        status: status === 'taken' || status === 'closed' ? status : 'open',
        level: numberOf(entity.level) ?? named,
        severity: textOf(entity.severity) ?? 'informational',
        source: textOf(entity.alertSource),
        issued: timeOf(entity.dateIssued),
        since: timeOf(entity.validFrom) ?? timeOf(entity.dateIssued),
        closed: status === 'closed' ? closed : null,
        words: wordsOf(entity.description),
        measured: quantityOf(entity.measured),
        threshold: numberOf(entity.threshold),
        staffOnly: flagOf(entity.staffOnly),
        synthetic: flagOf(entity.synthetic),
        takenBy: textOf(entity.takenBy),
        takenAt: timeOf(entity.takenAt),
        actions: listOf(entity.actions)
            .map(actionOf)
            .filter((action): action is Action => action !== null),
    };
}

const kSeverityRank: Record<string, number> = { critical: 4, high: 3, medium: 2, low: 1 };

/** The highest 警戒レベル相当 first, then the severest, then the oldest. */
export function compareAlerts(a: Alert, b: Alert): number {
    return (
        (b.level ?? 0) - (a.level ?? 0) ||
        (kSeverityRank[b.severity] ?? 0) - (kSeverityRank[a.severity] ?? 0) ||
        (a.since ?? Infinity) - (b.since ?? Infinity) ||
        a.id.localeCompare(b.id)
    );
}

export interface AlertBook {
    /** Wrong now. */
    open: Alert[];
    /** Open look-aheads, for staff: 参考・予報ではない. */
    lookAhead: Alert[];
    /** Over, the latest first. */
    closed: Alert[];
}

export function bookOf(alerts: Alert[]): AlertBook {
    const current = alerts.filter((alert) => alert.status !== 'closed').sort(compareAlerts);
    return {
        open: current.filter((alert) => !alert.staffOnly),
        lookAhead: current.filter((alert) => alert.staffOnly),
        closed: alerts
            .filter((alert) => alert.status === 'closed')
            .sort((a, b) => (b.closed ?? 0) - (a.closed ?? 0)),
    };
}

export type AlertMark = 'level' | 'standby' | 'silent';

/** The kind of mark that stands for an alert, in the list and where alerts are counted. */
export function markOf(alert: Alert): AlertMark {
    if (alert.subCategory === 'silentSensor' || alert.subCategory === 'silentFeed') return 'silent';
    return alert.level === null ? 'standby' : 'level';
}

export interface AlertCount {
    kind: AlertMark;
    level: number | null;
    count: number;
}

/** How many alerts there are of each mark: by level, the highest first, then those without one. */
export function countByMark(alerts: Alert[]): AlertCount[] {
    const counts = new Map<string, AlertCount>();
    for (const alert of alerts) {
        const kind = markOf(alert);
        const key = `${kind} ${alert.level}`;
        const found = counts.get(key);
        if (found) found.count += 1;
        else counts.set(key, { kind, level: alert.level, count: 1 });
    }
    const rank = { level: 2, standby: 1, silent: 0 };
    return [...counts.values()].sort(
        (a, b) => rank[b.kind] - rank[a.kind] || (b.level ?? 0) - (a.level ?? 0),
    );
}
