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

/** Whether `box` lies wholly within a picture of that size. */
export function within(box: Box, width: number, height: number): boolean {
    return (
        box.left >= 0 &&
        box.top >= 0 &&
        box.left + box.width <= width &&
        box.top + box.height <= height
    );
}

/** The first of the places that nothing taken touches; null where there is none. */
export function freePlace(places: Box[], taken: Box[]): Box | null {
    return places.find((place) => !taken.some((box) => meet(place, box))) ?? null;
}

/** Something on the map that may get a name. */
export interface Mark {
    id: string;
    x: number;
    y: number;
    /** From its place to its edge sideways, upwards and downwards. */
    reach: number;
    up: number;
    down: number;
    /** How wide and high its name is. */
    width: number;
    height: number;
    /** Whether it has a name: not at all, beside the mark if there is room, or further off rather than none. */
    name: 'none' | 'near' | 'always';
}

export interface NamePlace {
    id: string;
    box: Box;
    /** It stands so far from its mark that a line has to lead there. */
    far: boolean;
}

const kGap = 5;
/** A name below or above stands lower than the marks beside its own, which are of about its size. */
const kClear = 2;
/** So many heights of a name up and down a place is looked for, before a name is left out. */
const kFarthest = 6;
/** A leading line is looked at so many pixels apart for what it would cross. */
const kStride = 4;

export function markBox({ x, y, reach, up, down }: Mark): Box {
    return { left: x - reach, top: y - up, width: 2 * reach, height: up + down };
}

/** Right, left, below, above, then the corners: as a person would look for the name. */
function nearPlaces({ x, y, reach, up, down, width, height }: Mark): Box[] {
    const [right, left, middle] = [x + reach + kGap, x - reach - kGap - width, x - width / 2];
    const [level, below, above] = [y - height / 2, y + down + kClear, y - up - kClear - height];
    return [
        [right, level],
        [left, level],
        [middle, below],
        [middle, above],
        [x, below],
        [x - width, below],
        [x, above],
        [x - width, above],
    ].map(([left, top]) => ({ left: left!, top: top!, width, height }));
}

type Point = [x: number, y: number];

function nearestIn({ left, top, width, height }: Box, [x, y]: Point): Point {
    return [
        Math.min(Math.max(x, left), left + width),
        Math.min(Math.max(y, top), top + height),
    ];
}

/** The line from the edge of a mark to the edge of its name further off. */
export function leader(mark: Mark, box: Box): [Point, Point] {
    const end = nearestIn(box, [mark.x, mark.y]);
    return [nearestIn(markBox(mark), end), end];
}

/** Whether that line would run over something else. */
function crosses(mark: Mark, box: Box, taken: Box[]): boolean {
    const own = markBox(mark);
    const [from, to] = leader(mark, box);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const steps = Math.ceil(Math.hypot(dx, dy) / kStride);
    const dots = Array.from({ length: steps }, (_, i) => ({
        left: from[0] + (dx * i) / steps,
        top: from[1] + (dy * i) / steps,
        width: 1,
        height: 1,
    }));
    return taken.some((other) => !meet(other, own) && dots.some((dot) => meet(dot, other)));
}

function farPlaces({ x, y, reach, width, height }: Mark): Box[] {
    const places: Box[] = [];
    for (let step = 1; step <= kFarthest; step++)
        for (const top of [y + step * height, y - (step + 1) * height])
            for (const left of [x + reach + kGap, x - reach - kGap - width, x - width / 2])
                places.push({ left, top, width, height });
    return places;
}

/**
 * Where the names of `marks` stand in a picture of that size: the first mark chooses first, and what has to
 * be named before what may. No name lies on a mark or on another name, and none leaves the picture.
 */
export function placeNames(marks: Mark[], width: number, height: number): NamePlace[] {
    const seen = marks.filter(({ x, y }) => x >= 0 && y >= 0 && x <= width && y <= height);
    const boxes = seen.map(markBox);
    const placed: NamePlace[] = [];

    /** Names those that find room; the rest is given back. */
    function place(wanting: Mark[], far: boolean): Mark[] {
        return wanting.filter((mark) => {
            const places = (far ? farPlaces(mark) : nearPlaces(mark))
                .filter((box) => within(box, width, height))
                .filter((box) => !far || !crosses(mark, box, boxes));
            const box = freePlace(places, boxes);
            if (!box) return true;
            boxes.push(box);
            placed.push({ id: mark.id, box, far });
            return false;
        });
    }
    const wanting = (name: Mark['name']) => seen.filter((mark) => mark.name === name);
    place(place(wanting('always'), false), true);
    place(wanting('near'), false);
    return placed;
}
