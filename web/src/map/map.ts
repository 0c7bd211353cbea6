/** The map of the stations (OpenLayers, canvas only). There is no ground map offline: a graticule and a scale instead. */
import Feature from 'ol/Feature';
import OlMap from 'ol/Map';
import View from 'ol/View';
import ScaleLine from 'ol/control/ScaleLine';
import type { Coordinate } from 'ol/coordinate';
import { boundingExtent } from 'ol/extent';
import LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import DragPan from 'ol/interaction/DragPan';
import { defaults as interactions } from 'ol/interaction/defaults';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat } from 'ol/proj';
import { getVectorContext } from 'ol/render';
import VectorSource from 'ol/source/Vector';
import { leader, markBox, placeNames, type Box, type Mark, type NamePlace } from '../model/places';
import type { Station } from '../model/stations';
import { grid } from './grid';
import { leaderStyle, markOf, markStyles, nameStyle, rank } from './marks';

/** As wide as A4 between its margins. */
const kPaper = { width: '186mm', height: '90mm' };
const kFit = { padding: [28, 20, 28, 20], maxZoom: 13 };
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
    /** Draws all of it anew for a sheet of paper, or back as it was on the screen. */
    paper(printing: boolean): void;
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
    { box: target, scale }: { box: HTMLElement; scale: HTMLElement },
    duration: number,
    select: (id: string) => void,
): StationMap {
    const source = new VectorSource<Feature<Point>>();
    let selectedId: string | null = null;
    let fitted = false;
    let onScreen: { center?: Coordinate; resolution?: number } | null = null;

    const stationsLayer = new VectorLayer({
        source,
        updateWhileAnimating: true,
        style: (feature, resolution) =>
            markStyles(feature.get('station') as Station, {
                selected: feature.getId() === selectedId,
                resolution,
            }),
    });
    const map: OlMap = new OlMap({
        target,
        layers: [grid(() => map, taken), stationsLayer],
        controls: [new ScaleLine({ minWidth: 80, target: scale })],
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

    /** What stands where in the frame that is being drawn; found once for all of its layers. */
    let layout: { marks: Mark[]; names: NamePlace[] } | null = null;
    map.on('precompose', () => (layout = null));

    function arranged() {
        if (layout) return layout;
        const [width = 0, height = 0] = map.getSize() ?? [];
        const resolution = map.getView().getResolution() ?? 1;
        const urgency = (feature: Feature<Point>) =>
            rank(feature.get('station') as Station) + (feature.getId() === selectedId ? 100 : 0);
        const marks = source
            .getFeatures()
            .sort((a, b) => urgency(b) - urgency(a))
            .map((feature) =>
                markOf(
                    feature.get('station') as Station,
                    map.getPixelFromCoordinate(feature.getGeometry()!.getCoordinates()),
                    { selected: feature.getId() === selectedId, resolution },
                ),
            );
        const names = placeNames(marks, width, height);
        return (layout = { marks, names });
    }

    /** The marks and their names, which no label of the grid may lie under. */
    function taken(): Box[] {
        const { marks, names } = arranged();
        return [...marks.map(markBox), ...names.map(({ box }) => box)];
    }

    stationsLayer.on('postrender', (event) => {
        const context = getVectorContext(event);
        const { marks, names } = arranged();
        const placeOf = (x: number, y: number) => map.getCoordinateFromPixel([x, y]);
        for (const { id, box, far } of names) {
            const mark = marks.find((one) => one.id === id)!;
            const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
            if (far) {
                const line = new LineString(leader(mark, box).map((end) => placeOf(...end)));
                context.drawFeature(new Feature(line), leaderStyle);
            }
            const { name } = source.getFeatureById(id)!.get('station') as Station;
            const at = new Feature(new Point(placeOf(x, y)));
            context.drawFeature(at, nameStyle(name, id === selectedId));
        }
        target.dataset.names = names.map(({ id }) => id).join(' ');
    });

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

    function fitAll(over = duration) {
        const places = source
            .getFeatures()
            .map((feature) => feature.getGeometry()!.getCoordinates());
        map.updateSize();
        if (places.length) map.getView().fit(boundingExtent(places), { ...kFit, duration: over });
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
        fitAll: () => fitAll(),
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
        paper(printing) {
            const view = map.getView();
            if (printing) {
                onScreen = { center: view.getCenter(), resolution: view.getResolution() };
                target.style.width = kPaper.width;
                target.style.height = kPaper.height;
                fitAll(0);
            } else if (onScreen) {
                target.style.width = target.style.height = '';
                map.updateSize();
                view.setCenter(onScreen.center);
                view.setResolution(onScreen.resolution);
                onScreen = null;
            }
            map.renderSync();
        },
        destroy() {
            map.setTarget(undefined);
            map.dispose();
        },
    };
}
