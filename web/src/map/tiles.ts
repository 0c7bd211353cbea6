/** The town's own ground map, where it has one: 256-pixel tiles under {z}/{x}/{y}. */
import TileLayer from 'ol/layer/Tile';
import XYZ from 'ol/source/XYZ';

export function tileLayer(template: string): TileLayer<XYZ> {
    return new TileLayer({ source: new XYZ({ url: template }), opacity: 0.6 });
}
