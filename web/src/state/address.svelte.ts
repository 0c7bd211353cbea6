/** The part of the page's state that can be linked to: `#station=<id>`, `#data`, `#developers`, `#settings/…`, `#mine`. */

function read(): string | null {
    const match = /(?:^#|&)station=([^&]+)/.exec(location.hash);
    return match ? decodeURIComponent(match[1]!) : null;
}

export type Page = 'town' | 'data' | 'developers' | 'settings' | 'mine' | 'projects' | 'heartbeats';

const kPages: Record<string, Page> = {
    '#data': 'data',
    '#developers': 'developers',
    '#settings': 'settings',
    '#mine': 'mine',
    '#projects': 'projects',
    '#heartbeats': 'heartbeats',
};
const pageOf = (): Page => kPages[location.hash.split('/')[0]!] ?? 'town';

/** What an escape that is none stands for is itself. */
function plain(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}
const partsOf = (): string[] => location.hash.split('/').slice(1).map(plain);

let station = $state<string | null>(read());
let page = $state<Page>(pageOf());
let parts = $state.raw<string[]>(partsOf());

function follow(): void {
    station = read();
    page = pageOf();
    if (partsOf().join('/') !== parts.join('/')) parts = partsOf();
}

window.addEventListener('hashchange', follow);
window.addEventListener('popstate', follow);

export function selectedStation(): string | null {
    return station;
}

export function currentPage(): Page {
    return page;
}

/** What the address names within the page: `#settings/policies/3` is ['policies', '3']. */
export function currentParts(): string[] {
    return parts;
}

export function showPage(next: Page): void {
    if (next === page) return;
    const address = next === 'town' ? location.pathname + location.search : `#${next}`;
    history.pushState(null, '', address);
    follow();
    scrollTo(0, 0);
}

/** Who comes without an address, and for whom another page is the first. */
export function beginAt(first: Page): void {
    if (location.hash || page !== 'town') return;
    history.replaceState(null, '', `#${first}`);
    follow();
}

export function settingsAddress(...parts: (string | number)[]): string {
    return ['#settings', ...parts.map((part) => encodeURIComponent(part))].join('/');
}

/** Goes to an address within the page. */
export function go(address: string): void {
    history.pushState(null, '', address);
    follow();
}

/** Goes to a page of the settings; `instead` of the present one, to which nobody wants back. */
export function showSettings(parts: (string | number)[], instead = false): void {
    if (instead) history.replaceState(null, '', settingsAddress(...parts));
    else return go(settingsAddress(...parts));
    follow();
}

export function stationAddress(id: string): string {
    return `#station=${encodeURIComponent(id).replace(/%3A/g, ':')}`;
}

export function selectStation(id: string | null): void {
    if (id === station) return;
    history.pushState(null, '', id ? stationAddress(id) : location.pathname + location.search);
    station = id;
}
