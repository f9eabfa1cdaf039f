/** SVG plot of engines' time and memory by the size of the image. */
import { drawing, element, label } from '../../src/draw/svg.js';
import type { NamedFigures, NetworkFigures } from '../models/bench-network.js';
import { linearScale, logScale, placesScale, type Scale } from './scales.js';

/** Colours of the engines; the first one is this library's. */
const COLOURS = ['#bb4a45', '#3f7fbb', '#c77d15', '#3d9166', '#7f5fb3', '#57606a'];

const PANEL = { width: 320, height: 260, left: 64, top: 84, gap: 76, bottom: 40 };
const RIGHT_MARGIN = 30;
const GREY = { 'font-size': 10, fill: '#57606a' };

/** Contents of a panel. */
interface Measure {
  readonly title: string;
  readonly valueOf: (engine: NamedFigures, size: number) => number;
  readonly scaleOf: (values: readonly number[]) => Scale;
}

const fromZero = (values: readonly number[]): Scale => linearScale(Math.max(...values));

const MEASURES: readonly Measure[] = [
  {
    title: 'seconds for an image',
    valueOf: ({ medianMs }) => medianMs / 1000,
    scaleOf: (values) => logScale(Math.min(...values), Math.max(...values)),
  },
  {
    title: 'µs for each of its pixels',
    valueOf: ({ medianMs }, size) => (1000 * medianMs) / size ** 2,
    scaleOf: fromZero,
  },
  { title: 'peak RSS, MB', valueOf: ({ rssMb }) => rssMb, scaleOf: fromZero },
];

/** One engine's values, by size. */
interface Line {
  readonly points: readonly (readonly [size: number, value: number])[];
  /** Index of the engine. */
  readonly index: number;
}

/** Draws figures of one network at several sizes: time, time per pixel and memory side by side. */
export function seriesPlot(figures: readonly NetworkFigures[]): string {
  const names = [...new Set(figures.flatMap(({ engines }) => engines.map(({ name }) => name)))];
  const sizes = placesScale(figures.map(({ size }) => size));
  const panels = MEASURES.map((measure, i) => {
    const lines = names.map((name, index) => lineOf(name, index, figures, measure));
    const x = PANEL.left + i * (PANEL.width + PANEL.gap);
    return element(
      'g',
      { transform: `translate(${String(x)} ${String(PANEL.top)})` },
      panel(measure, lines, sizes),
    );
  });
  const [{ title, threads, mode }] = figures;
  const onThreads = threads === 1 ? '1 thread' : `${String(threads)} threads`;
  return drawing(
    PANEL.left + MEASURES.length * (PANEL.width + PANEL.gap) - PANEL.gap + RIGHT_MARGIN,
    PANEL.top + PANEL.height + PANEL.bottom,
    label(PANEL.left, 26, `${title}, ${onThreads}, mode ${mode}`, {
      ...{ 'font-size': 15, 'font-weight': 700 },
    }),
    legend(names, 48),
    ...panels,
  );
}

function lineOf(
  name: string,
  index: number,
  figures: readonly NetworkFigures[],
  { valueOf }: Measure,
): Line {
  const points = figures.flatMap(({ size, engines }) => {
    const engine = engines.find((one) => one.name === name);
    return engine ? [[size, valueOf(engine, size)] as const] : [];
  });
  return { points, index };
}

function panel({ title, scaleOf }: Measure, lines: readonly Line[], sizes: Scale): string {
  const values = scaleOf(lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const place = ([size, value]: readonly [number, number]): Place => ({
    x: PANEL.width * sizes.of(size),
    y: PANEL.height * (1 - values.of(value)),
  });
  return element(
    'g',
    {},
    label(0, -14, title, { 'font-weight': 600 }),
    ...values.ticks.map((value) => valueTick(value, PANEL.height * (1 - values.of(value)))),
    ...sizes.ticks.map((size) =>
      label(PANEL.width * sizes.of(size), PANEL.height + 18, `${String(size)}²`, {
        ...{ 'text-anchor': 'middle', ...GREY },
      }),
    ),
    // this library's line is drawn above the others
    ...lines.toReversed().map(({ points, index }) => drawLine(points.map(place), index)),
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function valueTick(value: number, y: number): string {
  const line = element('line', { x1: 0, y1: y, x2: PANEL.width, y2: y, stroke: '#eaeef2' });
  const text = String(Number(value.toPrecision(4)));
  return line + label(-8, y + 4, text, { 'text-anchor': 'end', ...GREY });
}

function drawLine(places: readonly Place[], index: number): string {
  const { stroke, width, radius } = penOf(index);
  return element(
    'g',
    {},
    element('polyline', {
      points: places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '),
      ...{ fill: 'none', stroke, 'stroke-width': width, 'stroke-linejoin': 'round' },
    }),
    ...places.map(({ x, y }) => element('circle', { cx: x, cy: y, r: radius, fill: stroke })),
  );
}

function penOf(index: number): { stroke: string; width: number; radius: number } {
  const stroke = COLOURS[index % COLOURS.length];
  return index === 0 ? { stroke, width: 2.6, radius: 3.6 } : { stroke, width: 1.6, radius: 2.8 };
}

function legend(names: readonly string[], y: number): string {
  let x = PANEL.left;
  const entries = names.map((name, index) => {
    const { stroke, width } = penOf(index);
    const line = { x1: x, y1: y - 4, x2: x + 22, y2: y - 4, stroke, 'stroke-width': width };
    const entry = element('line', line) + label(x + 28, y, name);
    x += 60 + 6.6 * name.length;
    return entry;
  });
  return element('g', {}, ...entries);
}
