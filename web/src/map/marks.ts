/** Stations on the map, drawn with the same looks as in the list. */
import CircleStyle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import RegularShape from 'ol/style/RegularShape';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import type { Box } from '../model/places';
import { kMarkRadius, lookOf, type Look } from '../model/shapes';
import type { Station } from '../model/stations';

export const kFamily =
    '"Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif';
/** Metres a pixel from which marks are drawn smaller, because they crowd. */
const kCrowdedAbove = 120;
const kAccent = '#0017c1';
/** Metres a pixel below which every station is named; what is wrong is named from further away. */
const kNamesBelow = 45;
const kWrongNamesBelow = 220;

function shape(look: Look, scale: number) {
    const options = {
        fill: new Fill({ color: look.fill }),
        stroke: new Stroke({ color: look.stroke, width: 1.5 }),
        scale,
        declutterMode: 'obstacle' as const,
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

/** Pixels that are free beside a mark. */
export interface Room {
    left: number;
    right: number;
}

export interface Drawn {
    selected: boolean;
    /** Metres a pixel. */
    resolution: number;
    /** A name stands on the right, unless it has no room there and more of it on the left. */
    room: () => Room;
}

/** So that every mark is placed before the first name, which then keeps clear of it. */
const kMarksOver = 1000;
const kNameSize = 14;
const kNameGap = 8;

/** How far from its place a mark is drawn, in pixels. */
export function markReach(station: Station, selected: boolean): number {
    const look = lookOf(station.kind, station.level);
    return selected ? 21 : kMarkRadius[look.corners] * look.size + 1;
}

/** On which side of the mark its name stands, and how far from it; null where it is not named. */
function nameOf(station: Station, { selected, resolution, room }: Drawn) {
    const named =
        selected ||
        resolution < kNamesBelow ||
        (rank(station) >= 3 && resolution < kWrongNamesBelow);
    if (!named) return null;
    const look = lookOf(station.kind, station.level);
    const gap = kNameGap + (selected ? 19 : kMarkRadius[look.corners] * look.size * scaleOf(selected, resolution));
    const { left, right } = room();
    const leftward = gap + station.name.length * kNameSize > right && left > right;
    return { leftward, gap };
}

/** The place of the name, beside the mark's own. */
export function nameBox(station: Station, drawn: Drawn): Box | null {
    const name = nameOf(station, drawn);
    if (!name) return null;
    const width = station.name.length * kNameSize;
    const left = name.leftward ? -name.gap - width : name.gap;
    return { left, top: -kNameSize / 2 - 2, width, height: kNameSize + 4 };
}

function scaleOf(selected: boolean, resolution: number): number {
    return resolution > kCrowdedAbove && !selected ? 0.8 : 1;
}

export function markStyles(station: Station, { selected, resolution, room }: Drawn): Style[] {
    const look = lookOf(station.kind, station.level);
    const urgency = rank(station) + (selected ? 100 : 0);
    const over = kMarksOver + urgency;
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
                    declutterMode: 'obstacle',
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
            declutterMode: 'obstacle',
        });
        styles.push(new Style({ zIndex: over, text }));
    }
    const name = nameOf(station, { selected, resolution, room });
    if (name) {
        const { leftward, gap } = name;
        const text = new Text({
            text: station.name,
            font: `${selected ? 700 : 400} ${kNameSize}px ${kFamily}`,
            fill: new Fill({ color: '#1a1a1a' }),
            stroke: new Stroke({ color: '#ffffff', width: 3 }),
            textAlign: leftward ? 'right' : 'left',
            offsetX: leftward ? -gap : gap,
            declutterMode: selected ? 'obstacle' : 'declutter',
        });
        // The most pressing names are placed first.
        styles.push(new Style({ zIndex: selected ? over : urgency, text }));
    }
    return styles;
}
