import { basename } from 'node:path';
import {
  checkOptions,
  FUNCTION,
  OBJECT,
  oneOf,
  TEXT,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { OptionError } from '../core/option-error.js';
import { numel } from '../core/shape.js';
import { openFolderDataset } from '../data/folder-dataset.js';
import { fileOfSource } from '../open/file-of-source.js';
import { networkOfName, unknownName } from '../open/known-names.js';
import { openNetwork } from '../open/open-network.js';
import type { OpenedNetwork } from '../open/opened-network.js';
import { isName } from '../open/read-source.js';
import type { PlanMode } from '../plan/plan.js';
import { createSegmenter, type Segmenter } from '../segment/segmenter.js';
import { readPhotos } from '../train/photos.js';
import { digestFile } from '../zoo/cache.js';
import type { ZooEntry } from '../zoo/entry.js';
import { checkFile, checkParameters, checkScores, notChecked, type Check } from './checks.js';
import { runDemo, type DemoResult } from './demo.js';
import { describeMachine } from './machine.js';
import { makeReport, type DatasetResult, type VerifyReport } from './report.js';
import { scorePhotos } from './score-photos.js';

/** Options of {@link verify}. */
export interface VerifyOptions {
  /** Path of the weights file of a name; default: the file in the cache. */
  readonly weights?: string;
  /** Name of the published network of a file; default: names and shapes of its arrays tell. */
  readonly network?: string;
  /** Folder with `image.jpg`, `output.png` and `label.png` of the authors' demo; default: not compared. */
  readonly demo?: string;
  /** Folder with `images/NAME.jpg` and `labels/NAME.png`; default: nothing is scored. */
  readonly dataset?: string;
  /** File in the data set folder with one NAME per line; default `seg11valid.txt`. */
  readonly list?: string;
  /** Mode in which scores are computed; default `exact`. */
  readonly mode?: PlanMode;
  /** Number of threads; the result does not depend on it. Default 1. */
  readonly threads?: number;
  /** Stops the work between two photos of the data set. */
  readonly signal?: AbortSignal;
  /** Called after each photo of the data set with the numbers of scored and of all photos. */
  readonly onPhoto?: (done: number, photos: number) => void;
}

const OPTIONS: OptionChecks<VerifyOptions> = {
  weights: TEXT,
  network: TEXT,
  demo: TEXT,
  dataset: TEXT,
  list: TEXT,
  mode: oneOf('exact', 'fast'),
  threads: wholeNumber(1),
  signal: OBJECT,
  onPhoto: FUNCTION,
};

/**
 * Checks published weights, and the results of this library with them, against the published figures. A difference
 * is no error: the report states it.
 *
 * @param source - Name of published weights, or path of a weights file.
 * @throws {@link OpenError} if the network cannot be opened; {@link OptionError} for an invalid option;
 *   {@link FcnError} if the demo or the data set cannot be read; the reason of `signal` if it is aborted.
 * @example
 * const { verdict, checks } = await verify('voc-fcn8s', { demo: 'demo' });
 */
export async function verify(source: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  checkOptions('verify', options, OPTIONS);
  const { mode = 'exact', threads = 1 } = options;
  const { path, entry, network } = isName(source)
    ? await findOfName(source, options)
    : await findOfFile(source, options);
  const opening = network === undefined ? {} : { network };
  const { name, stored } = closed(await openNetwork(path, opening));
  const digests = await digestFile(path, entry?.checksum ?? null);
  using segmenter = await createSegmenter({ model: path, ...opening, mode, threads });
  const demo = await demoOf(segmenter, name, options);
  const dataset = await scoreDataset(segmenter, entry, options);
  const { bytes, sha256 } = digests;
  return makeReport({
    ...namesOf(path, entry),
    network: name,
    ...{ bytes, sha256, mode, machine: describeMachine(threads) },
    demo: demo.result,
    dataset: dataset.result,
    checks: [
      ...checkFile(entry, digests),
      checkParameters(entry, countParameters(stored ?? new Map())),
      demo.check,
      ...dataset.checks,
    ],
  });
}

/** Weights to verify. */
interface FoundWeights {
  readonly path: string;
  /** Published figures; null for a file without a name. */
  readonly entry: ZooEntry | null;
  /** Published network of the weights, if it is known before the file is read. */
  readonly network: string | undefined;
}

async function findOfFile(source: string, options: VerifyOptions): Promise<FoundWeights> {
  const { weights, network } = options;
  if (weights === undefined) return { path: await pathOf(source), entry: null, network };
  throw new OptionError(
    (naming) => `${source}: ${naming('weights')} goes with a name (got a file)`,
  );
}

async function findOfName(source: string, options: VerifyOptions): Promise<FoundWeights> {
  const { weights, network } = options;
  const named = networkOfName(source);
  if (named === null) throw unknownName(source);
  if (network !== undefined) {
    throw new OptionError(
      (naming) => `${source}: ${naming('network')} goes with a file (got a name)`,
    );
  }
  const path = await pathOf(weights ?? source);
  if (!('published' in named)) return { path, entry: null, network };
  return { path, entry: named.entry, network: named.published };
}

async function pathOf(source: string): Promise<string> {
  const { path, bytes } = await fileOfSource(source);
  bytes.close();
  if (path !== null) return path;
  throw new OptionError(`${source}: unsupported address (expected a name or a path)`);
}

function namesOf(path: string, entry: ZooEntry | null): Pick<VerifyReport, 'name' | 'file'> {
  return { name: entry?.name ?? null, file: entry?.file ?? basename(path) };
}

function closed(opened: OpenedNetwork): OpenedNetwork {
  opened.close();
  return opened;
}

/** Statistics, which are not parameters. */
const RUNNING_STATISTICS = /\.running_(?:mean|var)$/;

function countParameters(arrays: NamedArrays): number {
  return Array.from(arrays)
    .filter(([name]) => !RUNNING_STATISTICS.test(name))
    .reduce((sum, [, { shape }]) => sum + numel(shape), 0);
}

interface JudgedDemo {
  readonly result: DemoResult | null;
  readonly check: Check;
}

async function demoOf(
  segmenter: Segmenter,
  network: string,
  { demo: folder }: VerifyOptions,
): Promise<JudgedDemo> {
  if (folder !== undefined) return await runDemo(segmenter, network, folder);
  const check = notChecked('output of the demo image', 'no demo folder was given');
  return { result: null, check };
}

interface JudgedDataset {
  readonly result: DatasetResult | null;
  readonly checks: readonly Check[];
}

async function scoreDataset(
  segmenter: Segmenter,
  entry: ZooEntry | null,
  { dataset: folder, list = 'seg11valid.txt', signal, onPhoto }: VerifyOptions,
): Promise<JudgedDataset> {
  if (folder === undefined) {
    const check = notChecked('scores on a data set', 'no data set folder was given');
    return { result: null, checks: [check] };
  }
  const dataset = openFolderDataset(folder, list, { classes: segmenter.classes.length });
  const photos = dataset.names.length;
  const matrix = await scorePhotos(segmenter, readPhotos(dataset, signal), (done) =>
    onPhoto?.(done, photos),
  );
  signal?.throwIfAborted();
  const { perClass, ...scores } = matrix.scores();
  return {
    result: { list, photos, scores },
    checks: checkScores(entry, { ...scores, perClass }, photos),
  };
}
