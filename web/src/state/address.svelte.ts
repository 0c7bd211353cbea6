/** The part of the page's state that can be linked to: `#station=<id>`. */

function read(): string | null {
    const match = /(?:^#|&)station=([^&]+)/.exec(location.hash);
    return match ? decodeURIComponent(match[1]!) : null;
}

let station = $state<string | null>(read());

function follow(): void {
    station = read();
}

window.addEventListener('hashchange', follow);
window.addEventListener('popstate', follow);

export function selectedStation(): string | null {
    return station;
}

export function stationAddress(id: string): string {
    return `#station=${encodeURIComponent(id).replace(/%3A/g, ':')}`;
}

export function selectStation(id: string | null): void {
    if (id === station) return;
    history.pushState(null, '', id ? stationAddress(id) : location.pathname + location.search);
    station = id;
}
