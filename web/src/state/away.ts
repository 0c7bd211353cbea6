/** Whether the window has been out of sight for a while. A browser keeps six lines to a server, so a window that nobody sees gives its own back. */

const kAwayAfter = 60_000;

let away = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const leavers = new Set<() => void>();
const returners = new Set<() => void>();

document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.hidden) {
        timer = setTimeout(() => {
            away = true;
            for (const leave of leavers) leave();
        }, kAwayAfter);
    } else if (away) {
        away = false;
        for (const back of returners) back();
    }
});

export function isAway(): boolean {
    return away;
}

/** Calls `leave` when the window goes out of sight for a minute; the answer ends that. */
export function onLeaving(leave: () => void): () => void {
    leavers.add(leave);
    return () => leavers.delete(leave);
}

export function onReturning(back: () => void): void {
    returners.add(back);
}
