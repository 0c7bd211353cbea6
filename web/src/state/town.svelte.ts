/** What the page knows of the town. `town` is what components read; `connection.ts` keeps it true. */
import type { Change, Entity, Levels, Town } from '../api/types';
import { readingsOf } from '../api/readings';
import { alertOf, bookOf, type AlertBook } from '../model/alerts';
import { quantityOf, textOf, timeOf } from '../model/attributes';
import { joined, kDay, kMinute, leavesGap, type Reading } from '../model/series';
import { stationOf, type Station } from '../model/stations';

export const kStationType = 'FloodMonitoring';
export const kAlertType = 'Alert';

const kNoLevels: Levels = { version: '', items: [] };
const kKeepReadings = 75 * kMinute;
/** How long an alert that is over stays on the page. */
export const kClosedKept = 7 * kDay;

export type ConnectionKind = 'starting' | 'live' | 'polling' | 'offline' | 'locked';

function byId(entities: Entity[]): Map<string, Entity> {
    return new Map(entities.map((entity) => [entity.id, entity]));
}

/** `entity` with the changed attributes of `changed`; one that is null is gone. */
function merged(entity: Entity | undefined, changed: Entity): Entity {
    const whole: Entity = { ...entity, ...changed };
    for (const [name, value] of Object.entries(whole)) {
        if (value === null || value === 'urn:ngsi-ld:null') delete whole[name];
    }
    return whole;
}

class TownState {
    info = $state.raw<Town | null>(null);
    stationEntities = $state.raw(new Map<string, Entity>());
    alertEntities = $state.raw(new Map<string, Entity>());
    recent = $state.raw(new Map<string, Reading[]>());
    loaded = $state(false);

    connection = $state<ConnectionKind>('starting');
    /** Server's time at the last contact, and when the line broke (both in its clock). */
    heardAt = $state<number | null>(null);
    offlineSince = $state<number | null>(null);
    problem = $state<string>('');
    retryAt = $state<number | null>(null);

    /** Wall clock of the server: this machine's, corrected by what the server last said. */
    clock = $state(Date.now());
    private clockOffset = 0;
    private replayPresent = $state<number | null>(null);

    readonly levels: Levels = $derived(this.info?.levels ?? kNoLevels);
    /** In a replay the newest event time read; else the wall clock. */
    readonly present: number = $derived(this.replayPresent ?? this.clock);
    /** The present in steps of ten seconds: fine enough for ages, coarse enough not to redo the page each second. */
    readonly coarsePresent: number = $derived(Math.floor(this.present / 10_000) * 10_000);
    readonly synthetic: boolean = $derived(this.info?.synthetic ?? false);
    readonly mayAct: boolean = $derived(this.info?.role !== 'reader');

    readonly book: AlertBook = $derived(
        bookOf([...this.alertEntities.values()].map((entity) => alertOf(entity, this.levels))),
    );
    private readonly silent: Set<string> = $derived(
        new Set(
            this.book.open
                .filter((a) => a.subCategory === 'silentSensor')
                .map((a) => a.source ?? ''),
        ),
    );
    readonly stations: Station[] = $derived(
        [...this.stationEntities.values()].map((entity) =>
            stationOf(
                entity,
                this.levels,
                this.recent.get(entity.id) ?? [],
                this.coarsePresent,
                this.silent.has(entity.id),
            ),
        ),
    );
    readonly stationById: Map<string, Station> = $derived(
        new Map(this.stations.map((s) => [s.id, s])),
    );
    readonly lastReading: number | null = $derived(
        this.stations.reduce<number | null>((last, station) => {
            const time = station.current?.observedAt ?? null;
            return time !== null && (last === null || time > last) ? time : last;
        }, null),
    );

    private gaps = false;

    /** Whether readings were passed over since last asked: of many in one commit the live feed tells the last. */
    takeGaps(): boolean {
        const had = this.gaps;
        this.gaps = false;
        return had;
    }

    tick(): void {
        this.clock = Date.now() + this.clockOffset;
    }

    setInfo(info: Town): void {
        this.info = info;
        const now = Date.parse(info.now);
        if (!Number.isNaN(now)) this.clockOffset = now - Date.now();
        this.replayPresent = info.mode === 'replay' ? Date.parse(info.present) : null;
        this.heard();
    }

    setPresent(present: string): void {
        if (this.info?.mode === 'replay') this.replayPresent = Date.parse(present);
    }

    heard(): void {
        this.tick();
        this.heardAt = this.clock;
    }

    setStations(entities: Entity[]): void {
        this.stationEntities = byId(entities);
        this.loaded = true;
    }

    setAlerts(entities: Entity[]): void {
        this.alertEntities = byId(entities.map((entity) => merged(undefined, entity)));
    }

    /** Joins the last readings to those heard since, so that a slow answer loses nothing. */
    addReadings(histories: Entity[]): void {
        const recent = new Map(this.recent);
        for (const history of histories) {
            let series = recent.get(history.id) ?? [];
            for (const reading of readingsOf(history, 'currentLevel'))
                series = joined(series, reading);
            recent.set(history.id, series);
        }
        this.recent = recent;
    }

    /** Joins alerts that are over; what was heard of them meanwhile is newer. */
    addClosed(entities: Entity[]): void {
        const closed = byId(entities.map((entity) => merged(undefined, entity)));
        this.alertEntities = new Map([...closed, ...this.alertEntities]);
    }

    putAlert(entity: Entity): void {
        if (typeof entity.id !== 'string') return;
        this.alertEntities = new Map(this.alertEntities).set(entity.id, merged(undefined, entity));
    }

    apply(changes: Change[]): void {
        const stations = new Map(this.stationEntities);
        const alerts = new Map(this.alertEntities);
        const recent = new Map(this.recent);
        for (const { entity, operation } of changes) {
            const shelf = entity.type === kAlertType ? alerts : stations;
            if (entity.type !== kAlertType && entity.type !== kStationType) continue;
            if (operation === 'deleted') {
                shelf.delete(entity.id);
                recent.delete(entity.id);
                continue;
            }
            shelf.set(
                entity.id,
                merged(operation === 'created' ? undefined : shelf.get(entity.id), entity),
            );
            const level = quantityOf(entity.currentLevel);
            if (entity.type === kStationType && level && level.observedAt !== null) {
                const reading = { time: level.observedAt, value: level.value };
                const before = recent.get(entity.id) ?? [];
                if (leavesGap(before, reading)) this.gaps = true;
                const series = joined(before, reading, reading.time - kKeepReadings);
                recent.set(entity.id, series);
            }
        }
        for (const [id, alert] of alerts) {
            const over = textOf(alert.status) === 'closed' ? timeOf(alert.validTo) : null;
            if (over !== null && over < this.present - kClosedKept) alerts.delete(id);
        }
        this.stationEntities = stations;
        this.alertEntities = alerts;
        this.recent = recent;
    }
}

export const town = new TownState();
