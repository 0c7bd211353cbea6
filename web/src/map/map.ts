/** The map of the stations (OpenLayers, canvas only). There is no ground map offline: a graticule and a scale instead. */
import Feature from 'ol/Feature';
import OlMap from 'ol/Map';
import View from 'ol/View';
import ScaleLine from 'ol/control/ScaleLine';
import { boundingExtent } from 'ol/extent';
import Point from 'ol/geom/Point';
import DragPan from 'ol/interaction/DragPan';
import { defaults as interactions } from 'ol/interaction/defaults';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import type { Box } from '../model/places';
import type { Station } from '../model/stations';
import { grid } from './grid';
import { markReach, markStyles, nameBox, type Room } from './marks';


const kFit = { padding: [28, 20, 28, 20], maxZoom: 13 };
/** A name meets a mark that is less than so many pixels higher or lower. */
const kNameHeight = 18;
/** Canvas elements a finger hits even if it misses by this many pixels. */
const kTolerance = 8;

export interface StationMap {
    show(stations: Station[], selected: string | null): void;
    /** What is drawn, counted by state: `level 4`, `normal`, … */
    counts(): Record<string, number>;
    zoom(by: number): void;
    fitAll(): void;
    centreOn(id: string): void;
    setTiles(template: string | null): void;
    destroy(): void;
}

/** One finger scrolls the page, two move the map; a mouse drags it. */
function dragging(): DragPan {
    const pan: DragPan = new DragPan({
        condition(event) {
            const touch = (event.originalEvent as PointerEvent).pointerType === 'touch';
            return !touch || pan.getPointerCount() >= 2;
        },
    });
    return pan;
}

export function createMap(
    target: HTMLElement,
    duration: number,
    select: (id: string) => void,
): StationMap {
    const source = new VectorSource<Feature<Point>>();
    let selectedId: string | null = null;
    let fitted = false;

    const stationsLayer = new VectorLayer({
        source,
        declutter: true,
        updateWhileAnimating: true,
        style: (feature, resolution) =>
            markStyles(feature.get('station') as Station, {
                selected: feature.getId() === selectedId,
                resolution,
                room: () => roomBeside(feature as Feature<Point>, resolution),
            }),
    });
    const map: OlMap = new OlMap({
        target,
        layers: [grid(() => map, taken), stationsLayer],
        controls: [new ScaleLine({ minWidth: 80 })],
        interactions: interactions({
            dragPan: false,
            onFocusOnly: true,
            altShiftDragRotate: false,
            pinchRotate: false,
        }).extend([dragging()]),
        view: new View({
            center: fromLonLat([137, 37]),
            zoom: 5,
            maxZoom: 18,
            enableRotation: false,
            constrainResolution: false,
        }),
    });

    /** Pixels from a mark to the next one, or to the edge of the map, on either side. */
    function roomBeside(feature: Feature<Point>, resolution: number): Room {
        const [x, y] = feature.getGeometry()!.getCoordinates() as [number, number];
        const half = (map.getSize() ?? [0])[0]! / 2;
        const fromCentre = (x - map.getView().getCenter()![0]!) / resolution;
        const room = { left: half + fromCentre, right: half - fromCentre };
        for (const other of source.getFeatures()) {
            const [dx, dy] = other
                .getGeometry()!
                .getCoordinates()
                .map((at, axis) => (at - [x, y][axis]!) / resolution) as [number, number];
            if (other === feature || Math.abs(dy) > kNameHeight) continue;
            const side = dx < 0 ? 'left' : 'right';
            room[side] = Math.min(room[side], Math.abs(dx));
        }
        return room;
    }

    /** The marks, their names, and the scale, which no label of the grid may lie under. */
    function taken(): Box[] {
        const [width = 0] = map.getSize() ?? [];
        const resolution = map.getView().getResolution() ?? 1;
        const boxes: Box[] = [{ left: width - 140, top: 0, width: 140, height: 36 }];
        for (const feature of source.getFeatures()) {
            const [x, y] = map.getPixelFromCoordinate(feature.getGeometry()!.getCoordinates());
            const station = feature.get('station') as Station;
            const reach = markReach(station, feature.getId() === selectedId);
            const side = 2 * reach;
            boxes.push({ left: x! - reach, top: y! - reach, width: side, height: side });
            const name = nameBox(station, {
                selected: feature.getId() === selectedId,
                resolution,
                room: () => roomBeside(feature, resolution),
            });
            if (name) boxes.push({ ...name, left: name.left + x!, top: name.top + y! });
        }
        return boxes;
    }

    map.on('click', (event) => {
        const hits = map.getFeaturesAtPixel(event.pixel, {
            hitTolerance: kTolerance,
            layerFilter: (layer) => layer === stationsLayer,
        });
        const ids = [...new Set(hits.map((hit) => String(hit.getId())))];
        // Stations in one place take turns.
        const next = ids[(ids.indexOf(selectedId ?? '') + 1) % ids.length];
        if (next) select(next);
    });
    map.on('pointermove', (event) => {
        if (event.dragging) return;
        const hit = map.hasFeatureAtPixel(event.pixel, {
            hitTolerance: kTolerance,
            layerFilter: (layer) => layer === stationsLayer,
        });
        target.style.cursor = hit ? 'pointer' : '';
    });

    function fitAll() {
        const places = source
            .getFeatures()
            .map((feature) => feature.getGeometry()!.getCoordinates());
        map.updateSize();
        if (places.length) map.getView().fit(boundingExtent(places), { ...kFit, duration });
    }

    return {
        show(stations, selected) {
            selectedId = selected;
            const gone = new Set(source.getFeatures().map((feature) => feature.getId()));
            for (const station of stations) {
                if (!station.position) continue;
                gone.delete(station.id);
                const place = fromLonLat(station.position);
                let feature = source.getFeatureById(station.id) as Feature<Point> | null;
                if (!feature) {
                    feature = new Feature(new Point(place));
                    feature.setId(station.id);
                    feature.set('station', station, true);
                    source.addFeature(feature);
                } else if (feature.get('station') !== station) {
                    feature.getGeometry()!.setCoordinates(place);
                    feature.set('station', station);
                }
            }
            for (const id of gone)
                source.removeFeature(source.getFeatureById(id!) as Feature<Point>);
            stationsLayer.changed();
            if (!fitted && source.getFeatures().length) {
                fitted = true;
                map.updateSize();
                map.getView().fit(
                    boundingExtent(
                        source.getFeatures().map((f) => f.getGeometry()!.getCoordinates()),
                    ),
                    kFit,
                );
            }
        },
        counts() {
            const counts: Record<string, number> = {};
            for (const feature of source.getFeatures()) {
                const { kind, level } = feature.get('station') as Station;
                const name = level === null ? kind : `${kind} ${level}`;
                counts[name] = (counts[name] ?? 0) + 1;
            }
            return counts;
        },
        zoom(by) {
            const view = map.getView();
            view.animate({ zoom: (view.getZoom() ?? 10) + by, duration });
        },
        fitAll,
        centreOn(id) {
            const feature = source.getFeatureById(id) as Feature<Point> | null;
            const place = feature?.getGeometry()?.getCoordinates();
            if (!place) return;
            const view = map.getView();
            // The map shrinks when a station is chosen; what was drawn last is of its former size.
            map.updateSize();
            const size = map.getSize() ?? [0, 0];
            const centre = view.getCenter()!;
            const outside = [0, 1].some(
                (axis) =>
                    Math.abs(place[axis]! - centre[axis]!) / view.getResolution()! >
                    size[axis]! / 2 - 30,
            );
            if (outside) view.animate({ center: place, duration });
        },
        setTiles(template) {
            if (!template) return;
            // Only a town that has tiles of its own pays for the code that draws them.
            void import('./tiles').then(({ tileLayer }) =>
                map.getLayers().insertAt(0, tileLayer(template)),
            );
        },
        destroy() {
            map.setTarget(undefined);
            map.dispose();
        },
    };
}
