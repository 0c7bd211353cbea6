/** How the chart is drawn: one dark line for the level, a line in the state's colour for each threshold. */
import uPlot from 'uplot';
import { levelColour } from '../model/shapes';
import { kDay, kHour } from '../model/series';
import type { Threshold } from '../model/stations';
import { clockTime, dayText, levelText, type Language } from '../model/text';

export const kChartHeight = 240;

const kText = '#4d4d4d';
const kGrid = '#e6e6e6';
const kLine = '#0017c1';
const kFont =
    '14px "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif';
const kLabelWidth = 64;

export interface ChartInput {
    width: number;
    thresholds: Threshold[];
    values: number[];
    from: number;
    to: number;
    language: Language;
    /** Told of the reading under the pointer, or of none. */
    point: (time: number | null, value: number | null) => void;
}

/** The thresholds worth a line: those reached in the span, and the next one above. */
export function drawnThresholds(thresholds: Threshold[], values: number[]): Threshold[] {
    const highest = Math.max(...values);
    const above = thresholds.findIndex((threshold) => threshold.value > highest);
    return above < 0 ? thresholds : thresholds.slice(0, above + 1);
}

export function valueRange(thresholds: Threshold[], values: number[]): [number, number] {
    const all = [...values, ...drawnThresholds(thresholds, values).map((t) => t.value)];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    // A quiet river must not look wild: never less than half a metre from bottom to top.
    const margin = Math.max((high - low) * 0.08, (0.5 - (high - low)) / 2, 0.02);
    return [low - margin, high + margin];
}

function drawThresholds(plot: uPlot, thresholds: Threshold[]): void {
    const { ctx } = plot;
    const { left, width } = plot.bbox;
    const scale = devicePixelRatio;
    ctx.save();
    ctx.font = kFont.replace('14px', `${14 * scale}px`);
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    // From the highest down; a label that would lie on the one above it moves below.
    let free = -Infinity;
    for (const threshold of [...thresholds].reverse()) {
        const y = Math.round(plot.valToPos(threshold.value, 'y', true));
        const colour = levelColour(threshold.level);
        const line = (style: string, thickness: number) => {
            ctx.strokeStyle = style;
            ctx.lineWidth = thickness * scale;
            ctx.setLineDash(threshold.level === null ? [6 * scale, 4 * scale] : []);
            ctx.beginPath();
            ctx.moveTo(left, y);
            ctx.lineTo(left + width, y);
            ctx.stroke();
        };
        // The dark edge keeps yellow visible on white.
        line('#4d4d4d', colour ? 4 : 1.5);
        if (colour) line(colour, 2.5);
        ctx.fillStyle = '#1a1a1a';
        // The level in a circle, so that it is not read as a part of the number.
        const level =
            threshold.level === null ? '' : `${String.fromCodePoint(0x245f + threshold.level)} `;
        ctx.fillText(
            `${level}${levelText(threshold.value)}`,
            left + width + 6 * scale,
            Math.max(y, free),
        );
        free = Math.max(y, free) + 15 * scale;
    }
    ctx.restore();
}

function timeLabels(span: number, language: Language): (self: uPlot, splits: number[]) => string[] {
    return (_, splits) =>
        splits.map((seconds) => {
            const time = seconds * 1000;
            const midnight = (time + 9 * kHour) % kDay === 0;
            return midnight || span > 2 * kDay ? dayText(time, language) : clockTime(time);
        });
}

/** Round hours, or days, of Japan's clock. */
function timeSplits(from: number, to: number, width: number): number[] {
    const steps = [0.5, 1, 3, 6, 12, 24, 48].map((hours) => hours * kHour);
    const room = Math.max(2, Math.floor((width - kLabelWidth - 52) / 76));
    const step = steps.find((s) => (to - from) / s <= room) ?? steps[steps.length - 1]!;
    const splits: number[] = [];
    const offset = 9 * kHour;
    for (let t = Math.ceil((from + offset) / step) * step - offset; t <= to; t += step)
        splits.push(t / 1000);
    return splits;
}

export function chartOptions(input: ChartInput): uPlot.Options {
    const { width, thresholds, values, from, to, language, point } = input;
    const drawn = drawnThresholds(thresholds, values);
    return {
        width,
        height: kChartHeight,
        padding: [12, kLabelWidth, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: {
            x: { time: true, range: () => [from / 1000, to / 1000] },
            y: { range: () => valueRange(thresholds, values) },
        },
        series: [{}, { stroke: kLine, width: 2, points: { show: values.length <= 40, size: 5 } }],
        axes: [
            {
                stroke: kText,
                font: kFont,
                grid: { stroke: kGrid, width: 1 },
                ticks: { show: false },
                splits: () => timeSplits(from, to, width),
                values: timeLabels(to - from, language),
            },
            {
                stroke: kText,
                font: kFont,
                size: 52,
                grid: { stroke: kGrid, width: 1 },
                ticks: { show: false },
                values: (_, splits) => splits.map((value) => levelText(value)),
            },
        ],
        hooks: {
            drawAxes: [(plot) => drawThresholds(plot, drawn)],
            setCursor: [
                (plot) => {
                    const at = plot.cursor.idx;
                    point(
                        at == null ? null : plot.data[0][at]!,
                        at == null ? null : (plot.data[1]![at] ?? null),
                    );
                },
            ],
        },
    };
}
