import { extname } from 'node:path';
import { createReferenceBackend } from '../../../backend/reference/index.js';
import { createWasmBackend } from '../../../backend/wasm/index.js';
import { FcnError } from '../../../core/errors.js';
import { writeFileAtomic } from '../../../io/atomic-file.js';
import { writeNpy } from '../../../io/npy.js';
import { writeNpz } from '../../../io/npz.js';
import type { PlanMode } from '../../../plan/plan.js';
import { CommandError, EXIT, oneLine, usageError } from '../../shell/exit-codes.js';
import { parsePreprocess } from '../../options/parse-preprocess.js';
import { compareBlobs, readGolden } from './compare.js';
import { computeBlobs, computeOutputs, type Blobs } from './compute.js';
import { networkSource } from './network-source.js';
import { readInputs, type InputArray } from './read-inputs.js';
import { jsonReport, tableReport, type RunReport } from './report.js';
import type { NetworkSource, PhotoSource } from './runnable.js';

/** What `fcn run` was told. */
export interface RunOptions {
  /** The network: a file or a name. */
  readonly net: string;
  /** A file of weights. */
  readonly weights?: string;
  /** Inputs, `NAME=FILE`. */
  readonly input: readonly string[];
  /** How pictures become inputs; as the network says, if left out. */
  readonly preprocess?: string;
  /** File for what was computed. */
  readonly out?: string;
  /** Blobs that are wanted; all of them, or in fast mode the outputs, if left out. */
  readonly blobs?: readonly string[];
  /** How it is computed. */
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
 * Does the work of `fcn run`.
 *
 * @throws {@link CommandError} with the exit code, unless everything was done and is within the tolerance.
 */
export async function runNetwork(options: RunOptions): Promise<void> {
  const { net, mode, out, tolerance, json = false } = options;
  const write = out === undefined ? null : writerFor(out, options);
  const golden = options.compare === undefined ? null : readGolden(options.compare);
  const source = await refusing(() => networkSource(net, options.weights));
  const inputs = readInputs(options.input, withPreprocess(source, options));
  const { blobs: all, ...how } = await compute(source, inputs, options);
  const blobs = options.blobs ? picked(all, options.blobs) : all;
  const names = options.blobs ?? namesOf(golden, mode === 'fast' ? all : null);
  const comparison = golden && compareBlobs(all, golden, { names, tolerance });
  if (write) await write(blobs);
  const report = { net, mode, tolerance, blobs, comparison, ...how };
  process.stdout.write(json ? jsonReport(report) : tableReport(report));
  const first = comparison?.find(({ within }) => !within);
  if (first === undefined) return;
  const place = `${first.name} is the first blob beyond the tolerance, ${String(tolerance)}`;
  throw new CommandError(EXIT.failed, place);
}

/** The inputs of a network, and how pictures become such. */
function withPreprocess({ inputs, photo }: NetworkSource, { preprocess }: RunOptions): PhotoSource {
  return { inputs, photo: preprocess === undefined ? photo : parsePreprocess(preprocess) };
}

/** What was computed, and how. */
interface Computed extends Pick<RunReport, 'engine' | 'notes'> {
  readonly blobs: Blobs;
}

async function compute(
  source: NetworkSource,
  inputs: ReadonlyMap<string, InputArray>,
  { mode, threads, blobs }: RunOptions,
): Promise<Computed> {
  const shapes = new Map(Array.from(inputs, ([name, { shape }]) => [name, shape]));
  if (mode === 'float64') {
    const backend = createReferenceBackend('float64');
    const { network, notes } = await refusing(() => source.open(backend, shapes));
    return { blobs: computeBlobs(backend, network, inputs), engine: 'eager, float64', notes };
  }
  using backend = await createWasmBackend({ threads });
  const { network, notes } = await refusing(() => source.open(backend, shapes));
  const wanted = blobs ?? (mode === 'fast' ? network.outputs : null);
  if (!wanted?.every((name) => network.outputs.includes(name))) {
    return { blobs: computeBlobs(backend, network, inputs), engine: 'eager, exact', notes };
  }
  try {
    const outputs = computeOutputs(backend, network, { inputs, mode });
    return { blobs: outputs, engine: `plan, ${mode}`, notes };
  } catch (error) {
    // What no plan can hold runs op by op, and what does not fit at all fails there again.
    if (!(error instanceof FcnError)) throw error;
    const computed = computeBlobs(backend, network, inputs);
    return { blobs: computed, engine: 'eager, exact', notes: [...notes, oneLine(error)] };
  }
}

/** A network that cannot be had ends the command with an exit code of its own. */
async function refusing<T>(get: () => T | Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (cause) {
    if (!(cause instanceof FcnError)) throw cause;
    throw new CommandError(EXIT.modelRefused, `network refused: ${cause.message}`, { cause });
  }
}

function picked(blobs: Blobs, names: readonly string[]): Blobs {
  return new Map(
    names.map((name) => {
      const blob = blobs.get(name);
      if (blob) return [name, blob];
      throw usageError(`--blobs: there is no ${name}; there are ${[...blobs.keys()].join(', ')}`);
    }),
  );
}

/** What is compared if nobody says: all that is expected, of what a plan gives the outputs. */
function namesOf(golden: ReadonlyMap<string, unknown> | null, outputs: Blobs | null): string[] {
  return [...(golden?.keys() ?? [])].filter((name) => outputs?.has(name) ?? true);
}

/** Writes blobs to a file, as its ending says. */
function writerFor(path: string, { blobs }: RunOptions): (blobs: Blobs) => Promise<void> {
  const ending = extname(path).toLowerCase();
  if (ending === '.npz') return async (blobs) => await save(path, writeNpz(blobs));
  if (ending !== '.npy') throw usageError(`--out ${path}: .npz or .npy is expected`);
  if (blobs && blobs.length > 1) throw usageError(`--out ${path}: an .npy file holds one blob`);
  return async (blobs) => {
    const [blob] = blobs.values();
    if (blobs.size !== 1) {
      throw usageError(`--out ${path}: an .npy file holds one blob; say which by --blobs`);
    }
    await save(path, [writeNpy(blob)]);
  };
}

async function save(path: string, parts: readonly Uint8Array[]): Promise<void> {
  try {
    await writeFileAtomic(path, parts);
  } catch (error) {
    throw new CommandError(EXIT.failed, `cannot write ${path}: ${oneLine(error)}`);
  }
}
