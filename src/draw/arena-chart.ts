import type { Inspection } from '../plan/inspection.js';
import type { ArenaUse } from '../plan/arena-use.js';
import { SHADES } from './box.js';
import type { Picture } from './network-picture.js';
import { element, hint, label } from './svg.js';

const LEFT = 64;
const TOP = 34;
const RIGHT = 28;
const HEIGHT = 300;
/** Room for the names of the layers. */
const BOTTOM = 96;

/** Largest and smallest width of a step. */
const WIDEST_STEP = 56;
const NARROWEST_STEP = 18;

/** Distances between the lines of the scale, in bytes, times a power of ten. */
const TICKS = [1, 2, 5];
const MOST_TICKS = 7;

/** Chart of the memory of a plan: maps and workspaces by address and time. */
export function arenaChart(inspection: Inspection, wanted: number): Picture {
  const { layers, arena, arenaBytes } = inspection;
  const steps = layers.length + 2;
  const step = Math.min(WIDEST_STEP, Math.max(NARROWEST_STEP, (wanted - LEFT - RIGHT) / steps));
  const xOf = (moment: number): number => LEFT + (moment + 1) * step;
  const yOf = (bytes: number): number => TOP + HEIGHT * (1 - bytes / arenaBytes);
  const width = LEFT + steps * step + RIGHT;
  const names = ['image', ...layers.map(({ name }) => name), 'result'];
  return {
    width,
    height: TOP + HEIGHT + BOTTOM,
    svg: element(
      'g',
      {},
      scale(arenaBytes, yOf, width - RIGHT),
      ...arena.map((use) => rectangle(use, inspection, { xOf, yOf })),
      peak(inspection, yOf(arenaBytes), width - RIGHT),
      ...names.map((name, i) => {
        const [x, y] = [xOf(i - 0.5), TOP + HEIGHT + 10];
        const turned = `rotate(-50 ${x.toFixed(1)} ${y.toFixed(1)})`;
        return label(x, y, name, { 'text-anchor': 'end', 'font-size': 9.5, transform: turned });
      }),
    ),
  };
}

interface Axes {
  readonly xOf: (moment: number) => number;
  readonly yOf: (bytes: number) => number;
}

function rectangle(use: ArenaUse, inspection: Inspection, { xOf, yOf }: Axes): string {
  const { kind, name, first, last, offset, bytes } = use;
  const [x, y] = [xOf(first), yOf(offset + bytes)];
  const [width, height] = [xOf(last + 1) - x, yOf(offset) - y];
  const size = `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
  const what = kind === 'workspace' ? `workspace of ${name}` : name;
  const fill = kind === 'workspace' ? '#d0d7de' : colourOf(use, inspection);
  const fits = height > 11 && width > 6 * name.length && kind !== 'workspace';
  const middle = { x: x + width / 2, y: y + height / 2 };
  return element(
    'g',
    {},
    hint(`${what}: ${size} at ${(offset / 1e6).toFixed(1)} MB`),
    element('rect', { x, y, width, height, fill, stroke: '#ffffff', 'stroke-width': 0.8 }),
    fits
      ? label(middle.x, middle.y + (height > 26 ? -2 : 3.5), name, {
          ...{ 'text-anchor': 'middle', 'font-size': 9.5 },
        })
      : '',
    fits && height > 26
      ? label(middle.x, middle.y + 11, size, { 'text-anchor': 'middle', 'font-size': 8.5 })
      : '',
  );
}

function colourOf({ kind, name }: ArenaUse, { layers }: Inspection): string {
  if (kind !== 'map') return SHADES.other[1];
  const writer = layers.find(({ output }) => output === name);
  if (writer === undefined) return SHADES.other[1];
  if (writer.kind === 'convTranspose') return SHADES.up[0];
  if (writer.kind === 'maxPool') return SHADES.pool[0];
  if (writer.kind === 'sum' || writer.name.startsWith('score')) return SHADES.score[0];
  return /^fc\d/.test(writer.name) ? SHADES.fc[0] : SHADES.conv[0];
}

function scale(most: number, yOf: (bytes: number) => number, right: number): string {
  const apart = tickLength(most);
  const lines: string[] = [];
  for (let bytes = 0; bytes <= most; bytes += apart) {
    const y = yOf(bytes);
    lines.push(
      element('line', { x1: LEFT, y1: y, x2: right, y2: y, stroke: '#eaeef2' }),
      label(LEFT - 6, y + 3.5, `${String(Number((bytes / 1e6).toFixed(3)))} MB`, {
        ...{ 'text-anchor': 'end', 'font-size': 9.5, fill: '#57606a' },
      }),
    );
  }
  return lines.join('');
}

function tickLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / MOST_TICKS));
  return power * ([...TICKS, 10].find((tick) => most / (tick * power) <= MOST_TICKS) ?? 10);
}

function peak({ arenaBytes, peakBytes }: Inspection, y: number, right: number): string {
  const text =
    `${(arenaBytes / 1e6).toFixed(1)} MB of maps and workspaces; with packed weights ` +
    `${(peakBytes / 1e6).toFixed(1)} MB at most`;
  return element(
    'g',
    {},
    element('line', {
      ...{ x1: LEFT, y1: y, x2: right, y2: y, stroke: '#bb4a45' },
      'stroke-dasharray': '5 3',
    }),
    label(right, y - 6, text, { 'text-anchor': 'end', fill: '#bb4a45', 'font-weight': 600 }),
  );
}
