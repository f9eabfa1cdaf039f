import { extname } from 'node:path';
import { createReferenceBackend } from '../../../backend/reference/index.js';
import { createWasmBackend } from '../../../backend/wasm/index.js';
import { FcnError } from '../../../core/errors.js';
import { writeNpy, type NpyArray } from '../../../io/npy.js';
import { writeNpz } from '../../../io/npz.js';
import { openNetwork } from '../../../open/open-network.js';
import type { OpenedNetwork, OpenNetworkOptions } from '../../../open/opened-network.js';
import type { PlanMode } from '../../../plan/plan.js';
import { compareBlobs, readGolden, type ComparedBlob } from '../../../verify/compare-blobs.js';
import {
  computeBlobs,
  computeOutputs,
  type ComputedBlobs,
  type InputArray,
} from '../../../verify/compute-blobs.js';
import { CommandError, EXIT, oneLine, usageError } from '../../shell/exit-codes.js';
import { writeOutput } from '../../shell/write-output.js';
import { readInputs } from './read-inputs.js';
import { jsonReport, tableReport, type RunReport } from './report.js';

/** Options of `fcn run`. */
export interface RunCommandOptions {
  /** The network: a file or a name. */
  readonly net: string;
  /** A file of weights. */
  readonly weights?: string;
  /** Inputs, `NAME=FILE`. */
  readonly input: readonly string[];
  /** Preprocessing of pictures; default: that of the network. */
  readonly preprocess?: string;
  /** File for the blobs. */
  readonly out?: string;
  /** Names of the wanted blobs; default: all, in fast mode the outputs. */
  readonly blobs?: readonly string[];
  /** Mode of computing. */
  readonly mode: PlanMode | 'float64';
  /** Threads that compute. */
  readonly threads: number;
  /** File of expected blobs. */
  readonly compare?: string;
  /** Largest difference, as a share of a blob's largest number. */
  readonly tolerance: number;
  /** True for JSON instead of a table. */
  readonly json?: boolean;
}

/**
 * Runs `fcn run`.
 *
 * @throws {@link CommandError} {@link OpenError} unless everything was done and is within the tolerance.
 */
export async function runNetwork(options: RunCommandOptions): Promise<void> {
  const { net, mode, out, tolerance, json = false } = options;
  const write = out === undefined ? null : writerFor(out, options);
  const golden = options.compare === undefined ? null : readGolden(options.compare);
  using opened = await openNetwork(net, openingOptions(options));
  const inputs = readInputs(options.input, opened);
  const { blobs: all, ...how } = await compute(opened, inputs, options);
  const blobs = options.blobs ? picked(all, options.blobs) : all;
  const comparison = golden && compared(all, golden, options);
  if (write) await write(blobs);
  const report = { net, mode, tolerance, blobs, comparison, ...how };
  process.stdout.write(json ? jsonReport(report) : tableReport(report));
  const first = comparison?.find(({ within }) => !within);
  if (first === undefined) return;
  const place = `${first.name} is the first blob beyond the tolerance, ${String(tolerance)}`;
  throw new CommandError(EXIT.failed, place);
}

function openingOptions({ weights, preprocess }: RunCommandOptions): OpenNetworkOptions {
  return {
    ...(weights === undefined ? {} : { weights }),
    ...(preprocess === undefined ? {} : { preprocessing: preprocess }),
  };
}

function compared(
  blobs: ComputedBlobs,
  golden: ReadonlyMap<string, NpyArray>,
  { blobs: wanted, mode, tolerance }: RunCommandOptions,
): readonly ComparedBlob[] {
  const names = wanted ?? namesOf(golden, mode === 'fast' ? blobs : null);
  const comparison = compareBlobs(blobs, golden, { names, tolerance });
  if (comparison.length === 0) throw usageError('--compare: no blob to compare');
  return comparison;
}

/** Blobs, and how they were computed. */
interface Computed extends Pick<RunReport, 'engine' | 'notes'> {
  readonly blobs: ComputedBlobs;
}

async function compute(
  opened: OpenedNetwork,
  inputs: ReadonlyMap<string, InputArray>,
  { mode, threads, blobs }: RunCommandOptions,
): Promise<Computed> {
  const shapes = new Map(Array.from(inputs, ([name, { shape }]) => [name, shape]));
  if (mode === 'float64') {
    const backend = createReferenceBackend('float64');
    const { network, notes } = opened.build(backend, shapes);
    return { blobs: computeBlobs(backend, network, inputs), engine: 'eager, float64', notes };
  }
  using backend = await createWasmBackend({ threads });
  const { network, notes } = opened.build(backend, shapes);
  const wanted = blobs ?? (mode === 'fast' ? network.outputs : null);
  if (!wanted?.every((name) => network.outputs.includes(name))) {
    return { blobs: computeBlobs(backend, network, inputs), engine: 'eager, exact', notes };
  }
  try {
    const outputs = computeOutputs(backend, network, { inputs, mode });
    return { blobs: outputs, engine: `plan, ${mode}`, notes };
  } catch (error) {
    // A network that no plan can hold runs op by op; one that does not fit at all fails there again.
    if (!(error instanceof FcnError)) throw error;
    const computed = computeBlobs(backend, network, inputs);
    return { blobs: computed, engine: 'eager, exact', notes: [...notes, oneLine(error)] };
  }
}

function picked(blobs: ComputedBlobs, names: readonly string[]): ComputedBlobs {
  return new Map(
    names.map((name) => {
      const blob = blobs.get(name);
      if (blob) return [name, blob];
      throw usageError(`--blobs: unknown blob ${name} (expected ${[...blobs.keys()].join(', ')})`);
    }),
  );
}

/** Names that are compared by default: all that are expected, of a plan's blobs the outputs. */
function namesOf(golden: ReadonlyMap<string, unknown>, outputs: ComputedBlobs | null): string[] {
  return [...golden.keys()].filter((name) => outputs?.has(name) ?? true);
}

/** Writes blobs to a file of the format of its ending. */
function writerFor(
  path: string,
  { blobs }: RunCommandOptions,
): (blobs: ComputedBlobs) => Promise<void> {
  const ending = extname(path).toLowerCase();
  if (ending === '.npz') return async (blobs) => await writeOutput(path, writeNpz(blobs));
  if (ending !== '.npy')
    throw usageError(`--out ${path}: unexpected ending (expected .npz or .npy)`);
  if (blobs && blobs.length > 1) throw usageError(`--out ${path}: an .npy file holds one blob`);
  return async (blobs) => {
    const [blob] = blobs.values();
    if (blobs.size !== 1) {
      throw usageError(`--out ${path}: an .npy file holds one blob; name it by --blobs`);
    }
    await writeOutput(path, [writeNpy(blob)]);
  };
}
