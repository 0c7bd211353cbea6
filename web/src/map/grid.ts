/** The lines of longitude and latitude, with labels that keep clear of what stands on the map. */
import Feature from 'ol/Feature';
import type OlMap from 'ol/Map';
import { degreesToStringHDMS } from 'ol/coordinate';
import type { Coordinate } from 'ol/coordinate';
import type LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import Graticule from 'ol/layer/Graticule';
import { toLonLat } from 'ol/proj';
import { getVectorContext } from 'ol/render';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import { freePlace, within, type Box } from '../model/places';
import { kFamily } from './marks';

const kSize = 14;
const kHeight = 18;
/** A label stands so far from the edge of the map, and from its line. */
const kGap = 4;
/** About as wide as a figure of it. */
const kFigure = 7.5;

const text = new Text({
    font: `${kSize}px ${kFamily}`,
    textAlign: 'left',
    textBaseline: 'bottom',
    fill: new Fill({ color: '#767676' }),
    stroke: new Stroke({ color: '#ffffff', width: 3 }),
});
const style = new Style({ text });

/** `taken`: what labels keep clear of, in pixels of the map. */
export function grid(map: () => OlMap, taken: () => Box[]): Graticule {
    const layer = new Graticule({
        strokeStyle: new Stroke({ color: 'rgba(0,0,0,0.14)', width: 1 }),
        wrapX: false,
        targetSize: 140,
        intervals: [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
    });
    layer.on('postrender', (event) => {
        const [width = 0, height = 0] = map().getSize() ?? [];
        const context = getVectorContext(event);
        const boxes = taken();

        function put(words: string, places: [number, number][]) {
            const size = { width: words.length * kFigure, height: kHeight };
            const box = freePlace(
                places
                    .map(([left, bottom]) => ({ left, top: bottom - kHeight, ...size }))
                    .filter((place) => within(place, width, height)),
                boxes,
            );
            if (!box) return;
            boxes.push(box);
            text.setText(words);
            const at = map().getCoordinateFromPixel([box.left, box.top + kHeight]);
            context.drawFeature(new Feature(new Point(at)), style);
        }
        const first = (line: LineString) => line.getFirstCoordinate() as Coordinate;
        for (const line of layer.getParallels()) {
            const y = map().getPixelFromCoordinate(first(line))[1]!;
            const words = degreesToStringHDMS('NS', toLonLat(first(line))[1]!);
            const right = width - kGap - words.length * kFigure;
            // At the left edge over its line, else under it, else further along the line.
            put(
                words,
                [kGap, right, width / 4, width / 2].flatMap((x) => [
                    [x, y - 2],
                    [x, y + kHeight + 2],
                ]),
            );
        }
        for (const line of layer.getMeridians()) {
            const x = map().getPixelFromCoordinate(first(line))[0]!;
            const words = degreesToStringHDMS('EW', toLonLat(first(line))[0]!);
            const left = x - kGap - words.length * kFigure;
            // At the lower edge right of its line, else left of it, else at the upper edge.
            put(words, [
                [x + kGap, height - 2],
                [left, height - 2],
                [x + kGap, kHeight + 2],
                [left, kHeight + 2],
            ]);
        }
    });
    return layer;
}
