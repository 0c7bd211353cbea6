/** Keeps `town` true: loads it, follows the live feed, polls if there is none, and tries again when cut off. */
import { fetchEntities, fetchReadings, fetchTown, Problem, useContext } from '../api/client';
import type { ServerEvent } from '../api/events';
import { followLive } from '../api/live';
import type { Change } from '../api/types';
import { isAway, onLeaving, onReturning } from './away';
import { kTrendWindow } from '../model/series';
import { past } from './past.svelte';
import { kAlertType, kClosedKept, kStationType, town } from './town.svelte';

const kFlushEvery = 250;
const kPollEvery = 15_000;
const kTownEvery = 60_000;
const kAwayEvery = 60_000;
const kBackOff = [1, 2, 4, 8, 15, 30].map((seconds) => seconds * 1000);
/** So many refusals of the live feed in a row, and the page polls. */
const kLiveRefusals = 2;
/** More than an hour of readings every ten seconds. */
const kTrendReadings = 400;
const kMostClosed = 2000;
/** A replay passes over readings all the time; the trends are asked for again no more often than this. */
const kTrendsAfter = 3000;

let lastId = '0';
let pending: Change[] = [];
let flushTimer: ReturnType<typeof setTimeout> | null = null;
let trendTimer: ReturnType<typeof setTimeout> | null = null;
let wake: (() => void) | null = null;

function loadTrends(): void {
    trendTimer = null;
    // The trends may come late, or not at all: the page stands without them.
    const from = town.present - kTrendWindow - 1;
    void fetchReadings(kStationType, 'currentLevel', { from, count: kTrendReadings }).then(
        (histories) => town.addReadings(histories),
        () => undefined,
    );
}

function flush(): void {
    flushTimer = null;
    const changes = pending;
    pending = [];
    if (changes.length) town.apply(changes);
    if (town.takeGaps()) trendTimer ??= setTimeout(loadTrends, kTrendsAfter);
}

function renewPast(): void {
    past.renew(kStationType, 'currentLevel', town.present);
}

/** What is over comes after what is open, and nobody waits for it. */
function loadClosed(): void {
    const since = new Date(town.present - kClosedKept).toISOString();
    void fetchEntities(kAlertType, `status=="closed";validTo>${since}`, kMostClosed).then(
        (alerts) => town.addClosed(alerts),
        () => undefined,
    );
}

/** Waits, but not longer than until somebody calls `retryNow`. */
function pause(span: number): Promise<void> {
    return new Promise((resolve) => {
        const timer = setTimeout(done, span);
        function done() {
            clearTimeout(timer);
            wake = null;
            resolve();
        }
        wake = done;
    });
}

export function retryNow(): void {
    wake?.();
}

async function load(): Promise<void> {
    const info = await fetchTown();
    useContext(info.context);
    town.setInfo(info);
    const [stations, alerts] = await Promise.all([
        fetchEntities(kStationType),
        fetchEntities(kAlertType, 'status!="closed"'),
    ]);
    pending = [];
    town.setStations(stations);
    town.setAlerts(alerts);
    lastId = String(info.sequence);
    town.heard();
    loadTrends();
    renewPast();
    loadClosed();
}

/** Follows the feed; true if it was accepted, and whether all has to be loaded anew. */
async function follow(): Promise<{ accepted: boolean; reload: boolean }> {
    let accepted = false;
    let reload = false;
    const stop = new AbortController();
    const stay = onLeaving(() => stop.abort());
    const refresh = setInterval(
        () =>
            void fetchTown().then(
                (info) => town.setInfo(info),
                () => undefined,
            ),
        kTownEvery,
    );
    const heard = (events: ServerEvent[]) => {
        town.heard();
        for (const event of events) {
            if (event.id) lastId = event.id;
            if (event.event === 'change') pending.push(JSON.parse(event.data) as Change);
            else if (event.event === 'town')
                town.setPresent((JSON.parse(event.data) as { present: string }).present);
            else if (event.event === 'reset') reload = true;
        }
        if (reload) stop.abort();
        else if (pending.length) flushTimer ??= setTimeout(flush, kFlushEvery);
    };
    const opened = () => {
        accepted = true;
        town.connection = 'live';
        town.offlineSince = null;
        town.retryAt = null;
    };
    try {
        await followLive([kStationType, kAlertType], lastId, opened, heard, stop.signal);
    } catch (error) {
        if (error instanceof Problem && error.status === 401) throw error;
    } finally {
        clearInterval(refresh);
        stay();
    }
    return { accepted, reload };
}

function cutOff(error: unknown, failures: number): number {
    const problem = error instanceof Problem ? error : new Problem(0, String(error));
    const step = kBackOff[Math.min(failures, kBackOff.length - 1)]!;
    const wait = Math.max(step * (0.8 + 0.4 * Math.random()), (problem.retryAfter ?? 0) * 1000);
    town.tick();
    town.connection = 'offline';
    town.offlineSince ??= town.clock;
    town.problem = problem.unreachable ? '' : problem.message;
    town.retryAt = town.clock + wait;
    return wait;
}

/** Runs as long as the page is open. */
export async function connect(): Promise<never> {
    let failures = 0;
    let refusals = 0;
    let round = 0;
    let stale = true;
    setInterval(() => {
        town.tick();
        if (town.connection === 'live' || town.connection === 'polling') renewPast();
    }, 1000);
    window.addEventListener('online', retryNow);
    onReturning(retryNow);
    for (;;) {
        round += 1;
        try {
            if (stale) await load();
            stale = false;
            failures = 0;
            if (isAway()) {
                await pause(kAwayEvery);
                stale = true;
            } else if (refusals < kLiveRefusals || round % 4 === 0) {
                const { accepted, reload } = await follow();
                refusals = accepted ? 0 : refusals + 1;
                stale = reload || !accepted;
                // A server that accepts and closes at once must not be asked in a tight loop.
                if (!reload && !isAway()) await pause(kBackOff[0]!);
            } else {
                town.connection = 'polling';
                town.offlineSince = null;
                town.retryAt = null;
                await pause(kPollEvery);
                stale = true;
            }
        } catch (error) {
            stale = true;
            if (error instanceof Problem && error.status === 401) {
                town.connection = 'locked';
                await new Promise<void>((resolve) => (wake = resolve));
            } else {
                await pause(cutOff(error, failures));
                failures += 1;
            }
        }
    }
}
