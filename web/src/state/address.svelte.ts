/** The part of the page's state that can be linked to: `#station=<id>`, `#data`, `#developers`. */

function read(): string | null {
    const match = /(?:^#|&)station=([^&]+)/.exec(location.hash);
    return match ? decodeURIComponent(match[1]!) : null;
}

export type Page = 'town' | 'data' | 'developers';

const kPages: Record<string, Page> = { '#data': 'data', '#developers': 'developers' };
const pageOf = (): Page => kPages[location.hash] ?? 'town';

let station = $state<string | null>(read());
let page = $state<Page>(pageOf());

function follow(): void {
    station = read();
    page = pageOf();
}

window.addEventListener('hashchange', follow);
window.addEventListener('popstate', follow);

export function selectedStation(): string | null {
    return station;
}

export function currentPage(): Page {
    return page;
}

export function showPage(next: Page): void {
    if (next === page) return;
    const address = next === 'town' ? location.pathname + location.search : `#${next}`;
    history.pushState(null, '', address);
    follow();
    scrollTo(0, 0);
}

export function stationAddress(id: string): string {
    return `#station=${encodeURIComponent(id).replace(/%3A/g, ':')}`;
}

export function selectStation(id: string | null): void {
    if (id === station) return;
    history.pushState(null, '', id ? stationAddress(id) : location.pathname + location.search);
    station = id;
}
