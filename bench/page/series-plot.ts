/** Time and memory of engines by the size of the image, as an SVG. */
import { drawing, element, label } from '../../src/cli/inspect/drawing/svg.js';
import type { NamedFigures, NetworkFigures } from '../models/bench-network.js';

/** Colours of the engines; this library's is the first one of a figure. */
const COLOURS = ['#bb4a45', '#3f7fbb', '#c77d15', '#3d9166', '#7f5fb3', '#57606a'];

const PANEL = { width: 430, height: 270, left: 64, top: 66, gap: 84, bottom: 84 };

/** Lines of the scale, at most. */
const MOST_TICKS = 6;

/** What a panel shows. */
interface Measure {
  readonly title: string;
  readonly valueOf: (engine: NamedFigures, size: number) => number;
}

const MEASURES: readonly Measure[] = [
  {
    title: 'µs for each pixel of the image',
    valueOf: ({ medianMs }, size) => (1000 * medianMs) / size ** 2,
  },
  { title: 'peak RSS, MB', valueOf: ({ rssMb }) => rssMb },
];

/** One engine's values, by size. */
interface Line {
  readonly name: string;
  readonly points: readonly (readonly [size: number, value: number])[];
}

/** Draws figures of one network at several sizes. */
export function seriesPlot(figures: readonly NetworkFigures[]): string {
  const names = [...new Set(figures.flatMap(({ engines }) => engines.map(({ name }) => name)))];
  const sizes = figures.map(({ size }) => size);
  const panels = MEASURES.map((measure, i) => {
    const lines = names.map((name) => lineOf(name, figures, measure));
    const x = PANEL.left + i * (PANEL.width + PANEL.gap);
    return element(
      'g',
      { transform: `translate(${String(x)} ${String(PANEL.top)})` },
      panel(measure.title, lines, sizes),
    );
  });
  const width = PANEL.left + MEASURES.length * (PANEL.width + PANEL.gap) - PANEL.gap + 28;
  return drawing(
    width,
    PANEL.top + PANEL.height + PANEL.bottom,
    label(28, 28, figures[0].title, { 'font-size': 15, 'font-weight': 700 }),
    ...panels,
    legend(names, PANEL.top + PANEL.height + 62),
  );
}

function lineOf(name: string, figures: readonly NetworkFigures[], { valueOf }: Measure): Line {
  const points = figures.flatMap(({ size, engines }) => {
    const engine = engines.find((one) => one.name === name);
    return engine ? [[size, valueOf(engine, size)] as const] : [];
  });
  return { name, points };
}

function panel(title: string, lines: readonly Line[], sizes: readonly number[]): string {
  const top = niceTop(Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value))));
  const most = Math.max(...sizes);
  const xOf = (size: number): number => (PANEL.width * size) / most;
  const yOf = (value: number): number => PANEL.height * (1 - value / top.value);
  const ticks = Array.from({ length: top.ticks + 1 }, (_, i) => (i * top.value) / top.ticks);
  const grey = { 'font-size': 10, fill: '#57606a' };
  return element(
    'g',
    {},
    label(0, -12, title, { 'font-weight': 600 }),
    ...ticks.flatMap((value) => [
      element('line', {
        ...{ x1: 0, y1: yOf(value), x2: PANEL.width, y2: yOf(value), stroke: '#eaeef2' },
      }),
      label(-8, yOf(value) + 4, String(Number(value.toPrecision(4))), {
        ...{ 'text-anchor': 'end', ...grey },
      }),
    ]),
    ...sizes.map((size) =>
      label(xOf(size), PANEL.height + 18, `${String(size)}²`, { 'text-anchor': 'middle', ...grey }),
    ),
    ...lines.map(({ points }, i) => {
      const places = points.map(([size, value]) => [xOf(size), yOf(value)] as const);
      const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
      const stroke = colourOf(i);
      return element(
        'g',
        {},
        element('polyline', {
          ...{ points: path, fill: 'none', stroke, 'stroke-width': i === 0 ? 2.6 : 1.6 },
          'stroke-linejoin': 'round',
        }),
        ...places.map(([cx, cy]) =>
          element('circle', { cx, cy, r: i === 0 ? 3.6 : 2.8, fill: stroke }),
        ),
      );
    }),
  );
}

/** The end of a scale from 0: a round number, and into how many parts it is cut. */
function niceTop(largest: number): { readonly value: number; readonly ticks: number } {
  const power = 10 ** Math.floor(Math.log10(largest / MOST_TICKS));
  const step = power * ([1, 2, 5].find((tick) => largest / (tick * power) <= MOST_TICKS) ?? 10);
  const ticks = Math.ceil(largest / step);
  return { value: ticks * step, ticks };
}

function legend(names: readonly string[], y: number): string {
  let x = PANEL.left;
  const entries = names.map((name, i) => {
    const line = { x1: x, y1: y - 4, x2: x + 22, y2: y - 4, stroke: colourOf(i) };
    const entry =
      element('line', { ...line, 'stroke-width': i === 0 ? 2.6 : 1.6 }) + label(x + 28, y, name);
    x += 60 + 6.6 * name.length;
    return entry;
  });
  return element('g', {}, ...entries);
}

function colourOf(i: number): string {
  return COLOURS[i % COLOURS.length];
}
