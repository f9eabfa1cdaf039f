/** Writes the tables and plots of docs/performance.md from the stored figures. */
import { readFileSync, writeFileSync } from 'node:fs';
import { VARIANTS } from '../engines/engines.js';
import type { EmbeddedFigures } from '../models/bench-embedded.js';
import type { NamedFigures, NetworkFigures } from '../models/bench-network.js';
import { readResult, type Saved } from '../results.js';
import { pixelTimes, seriesTable } from './series-table.js';
import { seriesPlot } from './series-plot.js';

const PAGE = new URL('../../docs/performance.md', import.meta.url);
const PLOT = new URL('../../docs/performance-sizes.svg', import.meta.url);

/** Contents of the page's parts, by the name of their markers. */
const PARTS: Readonly<Record<string, () => string>> = {
  machine: machinePart,
  networks: networksPart,
  layers: layersPart,
  sizes: sizesPart,
  embedded: embeddedPart,
};

const NOT_MEASURED = 'Not measured yet.';

/** Result files of whole networks, in the order of the table. */
const NETWORK_FILES = ['fcn8s-500', 'fcn8s-256', 'fcn-resnet50-500', 'fcn8s-pets-500'].flatMap(
  (name) => [1, 2].map((threads) => `${name}-${String(threads)}`),
);

/** Names of this library's other ways. */
const OURS_OTHERWISE = new Set(VARIANTS.map(({ name }) => name));

/**
 * Replaces the text between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`, and draws the plot.
 *
 * @throws Error if the page does not have the markers.
 */
export function writePerformancePage(): void {
  let page = readFileSync(PAGE, 'utf8');
  for (const [name, write] of Object.entries(PARTS)) page = withPart(page, name, write());
  writeFileSync(PAGE, page);
  const sizes = readResult<readonly NetworkFigures[]>('sizes-1');
  if (sizes) writeFileSync(PLOT, seriesPlot(sizes.figures));
}

/** Replaces the part of a text between the markers of a name. */
export function withPart(page: string, name: string, part: string): string {
  const [start, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`page: missing markers of ${name}`);
  return `${page.slice(0, from + start.length)}\n\n${part}\n\n${page.slice(to)}`;
}

function savedNetworks(): Saved<NetworkFigures>[] {
  return NETWORK_FILES.flatMap((name) => readResult<NetworkFigures>(name) ?? []);
}

function machinePart(): string {
  const saved = savedNetworks();
  if (saved.length === 0) return NOT_MEASURED;
  const [{ environment, date }] = saved;
  const { cpu, cores, node, v8 } = environment;
  const rates = saved.flatMap(({ figures }) => figures.calibrationGflops);
  const range = `${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)}`;
  return (
    `${cpu}, ${String(cores)} cores, Node ${node} (V8 ${v8}), ${date}. Calibration: ${range} GFLOP/s ` +
    'of multiplications with sums in registers, on one core.'
  );
}

function networksPart(): string {
  const saved = savedNetworks();
  if (saved.length === 0) return NOT_MEASURED;
  return saved.map(({ figures }) => networkTable(figures)).join('\n\n');
}

function networkTable({ title, size, threads, mode, runs, engines }: NetworkFigures): string {
  const [ours] = engines;
  const extent = `${String(size)}×${String(size)}`;
  const onThreads = threads === 1 ? '1 thread' : `${String(threads)} threads`;
  return [
    `**${title}, ${extent}, ${onThreads}**, mode ${mode}, median of ${String(runs)}`,
    '',
    '| engine | ms | times ours | peak RSS, MB | ready after, s | equal argmax | largest difference |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...engines.map((engine) => networkRow(engine, ours)),
  ].join('\n');
}

function networkRow(engine: NamedFigures, ours: NamedFigures): string {
  const { name, medianMs, rssMb, loadMs, argmaxAgreement, largestDifference } = engine;
  const compared =
    engine === ours
      ? ['', '']
      : [`${(100 * argmaxAgreement).toFixed(3)} %`, largestDifference.toExponential(1)];
  const cells = [
    engine === ours ? `**${name}**` : OURS_OTHERWISE.has(name) ? `${ours.name}, ${name}` : name,
    medianMs.toFixed(0),
    (medianMs / ours.medianMs).toFixed(2),
    rssMb.toFixed(0),
    (loadMs / 1000).toFixed(1),
    ...compared,
  ];
  return `| ${cells.join(' | ')} |`;
}

function layersPart(): string {
  const saved = readResult<readonly NetworkFigures[]>('layers-1');
  if (!saved) return NOT_MEASURED;
  const names = [
    ...new Set(saved.figures.flatMap(({ engines }) => engines.map(({ name }) => name))),
  ];
  return [
    `| layer | ${names.join(' | ')} |`,
    `|---|${names.map(() => '--:').join('|')}|`,
    ...saved.figures.map(({ title, engines }) => {
      const times = names.map((name) => {
        const found = engines.find((engine) => engine.name === name);
        return found ? found.medianMs.toFixed(found.medianMs < 10 ? 1 : 0) : '–';
      });
      return `| ${title} | ${times.join(' | ')} |`;
    }),
  ].join('\n');
}

function sizesPart(): string {
  const saved = readResult<readonly NetworkFigures[]>('sizes-1');
  if (!saved) return NOT_MEASURED;
  return [
    '![Time and peak memory by the size of the image](performance-sizes.svg)',
    pixelTimes(saved.figures),
    seriesTable(saved.figures),
  ].join('\n\n');
}

function embeddedPart(): string {
  const saved = readResult<EmbeddedFigures>('embedded');
  if (!saved) return NOT_MEASURED;
  const { width, height, medianMs, rangeMs, rssMb, runs } = saved.figures;
  const range = rangeMs.map((ms) => ms.toFixed(0)).join(' to ');
  return (
    `A PNG of ${String(width)}×${String(height)}: ${medianMs.toFixed(0)} ms (${range}, ${String(runs)} runs), ` +
    `${rssMb.toFixed(0)} MB peak RSS.`
  );
}
