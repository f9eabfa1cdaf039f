import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { basename } from 'node:path';
import type { NamedArrays } from '../../../core/named-arrays.js';
import { numel } from '../../../core/shape.js';
import { openFolderDataset } from '../../../data/folder-dataset.js';
import { writeFileAtomic } from '../../../io/atomic-file.js';
import { cachedPath } from '../../../open/cached-path.js';
import { formatOfSource } from '../../../open/format-of-source.js';
import { openNetwork } from '../../../open/open-network.js';
import type { OpenedNetwork, OpenNetworkOptions } from '../../../open/opened-network.js';
import { isWebAddress } from '../../../open/read-source.js';
import type { PlanMode } from '../../../plan/plan.js';
import { createSegmenter, type Segmenter } from '../../../segment/segmenter.js';
import { readPhotos } from '../../../train/photos.js';
import {
  checkFile,
  checkParameters,
  checkScores,
  notChecked,
  type Check,
} from '../../../verify/checks.js';
import { runDemo, type DemoResult } from '../../../verify/demo.js';
import {
  makeReport,
  toMarkdown,
  type DatasetResult,
  type VerifyReport,
} from '../../../verify/report.js';
import { scorePhotos } from '../../../verify/score-photos.js';
import { digestFile } from '../../../zoo/cache.js';
import type { ZooEntry } from '../../../zoo/entry.js';
import { CommandError, EXIT, usageError } from '../../shell/exit-codes.js';
import { interruptible } from '../../shell/interrupt.js';
import { photoCounter } from '../../shell/photo-counter.js';
import { entryOf } from '../models/run.js';

/** What `fcn verify` was told, after the name. */
export interface VerifyOptions {
  /** File of weights, instead of the cached one. */
  readonly weights?: string;
  /** Network of the weights. */
  readonly net?: string;
  /** Folder of the demo image and its published output. */
  readonly demo?: string;
  /** Folder of labelled photos. */
  readonly dataset?: string;
  /** List in that folder. */
  readonly list: string;
  /** File for the report; stdout if none. */
  readonly out?: string;
  /** How scores are computed. */
  readonly mode: PlanMode;
  /** Threads that compute. */
  readonly threads: number;
  /** True for JSON instead of Markdown. */
  readonly json?: boolean;
}

/** Weights that are verified, and their entry in the zoo, if they have one. */
interface VerifySource {
  readonly path: string;
  readonly entry: ZooEntry | null;
}

/** Statistics, which are not counted among parameters. */
const RUNNING = /\.running_(?:mean|var)$/;

/**
 * Does the work of `fcn verify`.
 *
 * @throws {@link CommandError} if something differs from what is published, or the weights are refused.
 */
export async function runVerify(name: string | undefined, options: VerifyOptions): Promise<void> {
  const { out, json = false } = options;
  const source = await sourceOf(name, options);
  const report = await verify(source, options);
  const text = json ? `${JSON.stringify(report)}\n` : toMarkdown(report);
  if (out === undefined) process.stdout.write(text);
  else await writeFileAtomic(out, new TextEncoder().encode(text));
  if (report.verdict === 'contradicted') {
    const differing = report.checks.filter(({ state }) => state === 'failed');
    throw new CommandError(
      EXIT.failed,
      `differs: ${differing.map((each) => each.name).join(', ')}`,
    );
  }
}

async function sourceOf(
  name: string | undefined,
  { weights, net }: VerifyOptions,
): Promise<VerifySource> {
  if (name === undefined) {
    if (weights === undefined) throw usageError('a name of the zoo, or --weights, is needed');
    const isFile = (await formatOfSource(weights)) !== null && !isWebAddress(weights);
    if (isFile) return { path: weights, entry: null };
    throw usageError(`--weights ${weights}: a name or an address (expected a file)`);
  }
  if (net !== undefined) throw usageError('--net goes with --weights; a name has its network');
  const entry = entryOf(name);
  const path = weights ?? (await cachedPath(name, entry));
  return { path, entry };
}

async function verify(source: VerifySource, options: VerifyOptions): Promise<VerifyReport> {
  const { path, entry } = source;
  const { mode, threads } = options;
  const how = { ...networkOf(source, options), mode, threads };
  const { name: network, stored } = await openAndClose(path, networkOf(source, options));
  const digests = await digestFile(path, entry?.checksum ?? null);
  const parameters = countParameters(stored ?? new Map());
  using segmenter = await createSegmenter({ model: path, ...how });
  const demo = await demoOf(segmenter, network, options);
  const dataset = await scoreDataset(segmenter, entry, options);
  const { bytes, sha256 } = digests;
  return makeReport({
    ...{ name: entry?.name ?? null, network, file: entry?.file ?? basename(path) },
    ...{ bytes, sha256, mode, machine: machineOf(threads) },
    demo: demo.result,
    dataset: dataset.result,
    checks: [
      ...checkFile(entry, digests),
      checkParameters(entry, parameters),
      demo.check,
      ...dataset.checks,
    ],
  });
}

function networkOf({ entry }: VerifySource, { net }: VerifyOptions): { readonly network?: string } {
  const network = net ?? entry?.network;
  return network === undefined ? {} : { network };
}

async function openAndClose(path: string, options: OpenNetworkOptions): Promise<OpenedNetwork> {
  const opened = await openNetwork(path, options);
  opened.close();
  return opened;
}

function countParameters(arrays: NamedArrays): number {
  const counts = Array.from(arrays, ([key, { shape }]) => (RUNNING.test(key) ? 0 : numel(shape)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function demoOf(
  segmenter: Segmenter,
  network: string,
  { demo: folder }: VerifyOptions,
): Promise<{ readonly result: DemoResult | null; readonly check: Check }> {
  if (folder !== undefined) return await runDemo(segmenter, network, folder);
  const check = notChecked('output of the demo image', 'no --demo was given');
  return { result: null, check };
}

/** What labelled photos gave, if there were any, and what follows. */
interface JudgedDataset {
  readonly result: DatasetResult | null;
  readonly checks: readonly Check[];
}

async function scoreDataset(
  segmenter: Segmenter,
  entry: ZooEntry | null,
  { dataset: folder, list }: VerifyOptions,
): Promise<JudgedDataset> {
  if (folder === undefined) {
    const check = notChecked('scores on a data set', 'no --dataset was given');
    return { result: null, checks: [check] };
  }
  const classes = segmenter.classes.length;
  const dataset = openFolderDataset(folder, list, { classes });
  const counter = photoCounter(dataset.names.length);
  const matrix = await interruptible((signal) =>
    scorePhotos(segmenter, readPhotos(dataset, signal), counter.count),
  );
  counter.end();
  const photos = dataset.names.length;
  const { perClass, ...scores } = matrix.scores();
  return {
    result: { list, photos, scores },
    checks: checkScores(entry, { ...scores, perClass }, photos),
  };
}

function machineOf(threads: number): Record<string, string> {
  const manifest = new URL('../../../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const { node, v8 } = process.versions;
  return {
    'fcn-wasm': version,
    Node: node,
    V8: v8,
    platform: `${platform()} ${arch()}`,
    processor: cpus().at(0)?.model ?? 'unknown',
    threads: String(threads),
  };
}
