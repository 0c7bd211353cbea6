/** Where words may stand on the map without lying on one another. Pure; in pixels. */

export interface Box {
    left: number;
    top: number;
    width: number;
    height: number;
}

export function meet(a: Box, b: Box): boolean {
    return (
        a.left < b.left + b.width &&
        b.left < a.left + a.width &&
        a.top < b.top + b.height &&
        b.top < a.top + a.height
    );
}

/** The first of the places that nothing taken touches; null where there is none. */
export function freePlace(places: Box[], taken: Box[]): Box | null {
    return places.find((place) => !taken.some((box) => meet(place, box))) ?? null;
}
