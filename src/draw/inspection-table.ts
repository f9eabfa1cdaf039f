import type { InspectedLayer, Inspection } from '../plan/inspection.js';
import type { LayerRegion } from '../plan/plan.js';
import { alignColumns } from './columns.js';

/** A column of the table. */
interface Column {
  readonly head: string;
  readonly right?: true;
  readonly text: (layer: InspectedLayer) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'layer', text: ({ name }) => name },
  { head: 'computes', text: ({ op, notes }) => [op, ...notes].join(', ') },
  { head: 'output', right: true, text: ({ shape }) => extentsOf(shape) },
  { head: 'field', right: true, text: ({ receptiveField }) => numberOrDash(receptiveField) },
  { head: 'stride', right: true, text: ({ stride }) => numberOrDash(stride) },
  { head: 'parameters', right: true, text: ({ parameters }) => grouped(parameters) },
  { head: 'MMAC', right: true, text: ({ macs }) => (macs > 0 ? inMillions(macs) : '') },
  { head: 'time', right: true, text: ({ timeShare }) => `${(100 * timeShare).toFixed(1)} %` },
  { head: 'tasks', right: true, text: ({ tasks }) => String(tasks) },
  { head: 'at', right: true, text: ({ offsetBytes }) => megabytes(offsetBytes) },
  { head: 'MB', right: true, text: ({ sizeBytes }) => megabytes(sizeBytes) },
  {
    head: '+ MB',
    right: true,
    text: ({ workspaceBytes: bytes }) => (bytes ? megabytes(bytes) : ''),
  },
  {
    head: 'algorithm',
    text: ({ algorithm, reason }) => (reason === '' ? algorithm : `${algorithm}: ${reason}`),
  },
];

/** Part of a layer that is computed for every image; the rest is computed once. */
const REGION: Column = {
  head: 'computed again',
  text: ({ region, shape }) => againOf(region, shape),
};

/** Table of the layers with the totals, as text that ends with a line break. */
export function inspectionTable(model: string, inspection: Inspection): string {
  const { inputs, outputs, mode, layers } = inspection;
  const hasRegion = layers.some(({ region }) => region !== null);
  const columns = hasRegion ? [...COLUMNS, REGION] : COLUMNS;
  const rows = [
    columns.map(({ head }) => head),
    ...layers.map((layer) => columns.map(({ text }) => text(layer))),
  ];
  const lines = alignColumns(
    rows,
    columns.map(({ right }) => right === true),
  );
  const title = `${model}: ${portsOf(inputs)} → ${portsOf(outputs)}, mode ${mode}`;
  return `${[title, '', ...lines, '', ...totals(inspection)].join('\n')}\n`;
}

function totals({ parameters, macs, arenaBytes, weightBytes, peakBytes }: Inspection): string[] {
  const otherBytes = peakBytes - arenaBytes - weightBytes;
  return [
    `${grouped(parameters)} parameters, ${String(Number((macs / 1e9).toPrecision(5)))} GMAC for an image`,
    `a plan takes ${megabytes(peakBytes)} MB at most: ${megabytes(arenaBytes)} MB of maps and workspaces, ` +
      `${megabytes(weightBytes)} MB of packed weights, ${megabytes(otherBytes)} MB of everything else; ` +
      `the network has ${megabytes(4 * parameters)} MB of its own`,
    'MMAC: multiply-adds in millions, every tap counted. time: predicted share. at, MB: place and size of',
    'the output in the memory of the plan. + MB: workspace of the layer while it runs.',
  ];
}

/** Shapes of inputs or outputs, with their names if there are several. */
function portsOf(ports: Inspection['inputs']): string {
  const named = ports.length > 1;
  return ports
    .map(({ name, shape }) => (named ? `${name} ${extentsOf(shape)}` : extentsOf(shape)))
    .join(', ');
}

/** `C × H × W` of a shape `[1, C, H, W]`; a single number is 1. */
function extentsOf(shape: readonly number[]): string {
  return shape.slice(Math.min(1, shape.length - 1)).join('×');
}

/** Rows and columns, first to last, and their share of the map. */
function againOf(region: LayerRegion | null, shape: readonly number[]): string {
  if (region === null || shape.length < 4) return '';
  const [[top, bottom], [left, right]] = [region.rows, region.columns];
  const [, , height, width] = shape;
  const share = (Math.max(0, bottom - top) * Math.max(0, right - left)) / (height * width);
  if (share === 0) return 'nothing';
  if (share === 1) return 'all';
  const lines = `${String(top)}–${String(bottom - 1)}`;
  return `${lines} × ${String(left)}–${String(right - 1)}: ${(100 * share).toFixed(0)} %`;
}

function numberOrDash(value: number | null): string {
  return value === null ? '–' : String(Number(value.toFixed(3)));
}

function inMillions(count: number): string {
  const millions = count / 1e6;
  return millions < 10 ? millions.toFixed(3) : grouped(Number(millions.toFixed(1)));
}

/** A number with thousands separators. */
function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
