/** Stations on the map, drawn with the same looks as in the list. */
import CircleStyle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import RegularShape from 'ol/style/RegularShape';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import type { Mark } from '../model/places';
import { kMarkRadius, lookOf, type Look } from '../model/shapes';
import type { Station } from '../model/stations';

export const kFamily =
    '"Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif';
/** Metres a pixel from which marks are drawn smaller, because they crowd. */
const kCrowdedAbove = 120;
const kAccent = '#0017c1';
const kInk = '#1a1a1a';
/** Metres a pixel below which every station is named; what is wrong is named from further away. */
const kNamesBelow = 45;
const kWrongNamesBelow = 220;

function shape(look: Look, scale: number) {
    const options = {
        fill: new Fill({ color: look.fill }),
        stroke: new Stroke({ color: look.stroke, width: 1.5 }),
        scale,
    };
    const radius = kMarkRadius[look.corners] * look.size;
    if (!look.corners) return new CircleStyle({ ...options, radius });
    return new RegularShape({
        ...options,
        radius,
        points: look.corners,
        angle: look.turned ? Math.PI / look.corners : 0,
    });
}

/** How pressing a station is; it is drawn over those that are less. */
export function rank(station: Station): number {
    return (
        (station.level ?? 0) * 10 +
        { level: 4, standby: 3, silent: 2, normal: 1, plain: 0 }[station.kind]
    );
}

export interface Drawn {
    selected: boolean;
    /** Metres a pixel. */
    resolution: number;
}

const kNameSize = 14;
/** From this 警戒レベル相当 on a station is named however crowded the map is. */
const kNamedFrom = 4;

/** How far from its place a mark is drawn, in pixels. */
function extentOf(station: Station, { selected, resolution }: Drawn) {
    if (selected) return { reach: 21, up: 21, down: 21 };
    const look = lookOf(station.kind, station.level);
    const radius = kMarkRadius[look.corners] * look.size * scaleOf(selected, resolution);
    const side = radius + 1;
    // A triangle stands on the half of its radius; a square on its side reaches less far than its corners.
    if (look.corners === 3) return { reach: side, up: side, down: radius / 2 + 1 };
    const reach = look.corners === 4 && look.turned ? radius * Math.SQRT1_2 + 1 : side;
    return { reach, up: reach, down: reach };
}

function namingOf(station: Station, { selected, resolution }: Drawn): Mark['name'] {
    if (selected || (station.level ?? 0) >= kNamedFrom) return 'always';
    const near =
        resolution < kNamesBelow || (rank(station) >= 3 && resolution < kWrongNamesBelow);
    return near ? 'near' : 'none';
}

const fontOf = (selected: boolean) => `${selected ? 700 : 400} ${kNameSize}px ${kFamily}`;

const widths = new Map<string, number>();
let ruler: CanvasRenderingContext2D | null = null;

function widthOf(name: string, selected: boolean): number {
    const key = `${selected} ${name}`;
    let width = widths.get(key);
    if (width === undefined) {
        ruler ??= document.createElement('canvas').getContext('2d')!;
        ruler.font = fontOf(selected);
        width = Math.ceil(ruler.measureText(name).width) + 4;
        widths.set(key, width);
    }
    return width;
}

/** What of a station takes room on the map when it stands at `x`, `y`. */
export function markOf(station: Station, [x, y]: number[], drawn: Drawn): Mark {
    const { selected } = drawn;
    return {
        id: station.id,
        x: x!,
        y: y!,
        ...extentOf(station, drawn),
        width: widthOf(station.name, selected),
        height: kNameSize + 4,
        name: namingOf(station, drawn),
    };
}

/** A name, to be drawn at the middle of its place. */
export function nameStyle(name: string, selected: boolean): Style {
    return new Style({
        text: new Text({
            text: name,
            font: fontOf(selected),
            fill: new Fill({ color: kInk }),
            stroke: new Stroke({ color: '#ffffff', width: 3 }),
        }),
    });
}

/** The line from a mark to a name that had no room beside it. */
export const leaderStyle = new Style({ stroke: new Stroke({ color: kInk, width: 1 }) });

function scaleOf(selected: boolean, resolution: number): number {
    return resolution > kCrowdedAbove && !selected ? 0.8 : 1;
}

export function markStyles(station: Station, { selected, resolution }: Drawn): Style[] {
    const look = lookOf(station.kind, station.level);
    const over = rank(station) + (selected ? 100 : 0);
    const scale = scaleOf(selected, resolution);
    const styles = [];
    if (selected) {
        styles.push(
            new Style({
                zIndex: over,
                image: new CircleStyle({
                    radius: 19,
                    stroke: new Stroke({ color: kAccent, width: 3 }),
                    fill: new Fill({ color: 'rgba(255,255,255,0.7)' }),
                }),
            }),
        );
    }
    styles.push(new Style({ zIndex: over, image: shape(look, scale) }));
    if (look.character) {
        const text = new Text({
            text: look.character,
            scale,
            font: `700 14px ${kFamily}`,
            fill: new Fill({ color: look.ink }),
            offsetY: (look.corners === 3 ? 3 : 1) * scale,
        });
        styles.push(new Style({ zIndex: over, text }));
    }
    return styles;
}
