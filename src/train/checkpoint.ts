import { FcnError } from '../core/errors.js';
import { JsonObject } from '../core/json-object.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import type { SafetensorsFile } from '../io/safetensors.js';
import type { OptimizerState } from '../optim/optimizer.js';

/** A checkpoint that cannot be used: damaged, or of another recipe. */
export class CheckpointError extends FcnError {
  override name = 'CheckpointError';
}

/** Everything from which training goes on with the same bits. */
export interface Checkpoint {
  /** Stage of the recipe. */
  readonly stage: string;
  /** Steps made. */
  readonly iteration: number;
  /** Hash of what the recipe says up to this stage. */
  readonly recipeHash: string;
  /** State of each stream of random numbers, by name. */
  readonly streams: Readonly<Record<string, readonly number[]>>;
  /** The network's parameters. */
  readonly parameters: NamedArrays;
  /** The optimiser's running values. */
  readonly optimizer: OptimizerState;
}

const KEY = 'fcn-wasm-checkpoint';
const PARAMETER = 'parameter/';
const OPTIMIZER = 'optimizer/';

/** A checkpoint as arrays and texts. */
export function encodeCheckpoint(checkpoint: Checkpoint): SafetensorsFile {
  const { stage, iteration, recipeHash, streams, optimizer } = checkpoint;
  const arrays = new Map<string, NamedArray>();
  for (const [name, array] of checkpoint.parameters) arrays.set(PARAMETER + name, array);
  for (const [name, array] of optimizer.arrays) arrays.set(OPTIMIZER + name, array);
  const described = { stage, iteration, recipeHash, streams, optimizerSteps: optimizer.steps };
  return { arrays, metadata: new Map([[KEY, JSON.stringify(described)]]) };
}

/**
 * The checkpoint that arrays and texts stand for.
 *
 * @throws {@link CheckpointError} if they are not a checkpoint.
 */
export function decodeCheckpoint({ arrays, metadata }: SafetensorsFile): Checkpoint {
  const text = metadata.get(KEY);
  if (text === undefined) throw new CheckpointError(`not a checkpoint: no ${KEY} in its metadata`);
  try {
    const described = new JsonObject('', JSON.parse(text));
    const streams = described.object('streams');
    return {
      stage: described.string('stage'),
      iteration: described.number('iteration', { integer: true, min: 0 }),
      recipeHash: described.string('recipeHash'),
      streams: Object.fromEntries(
        Object.keys(streams.all()).map((name) => [name, streams.numbers(name)]),
      ),
      parameters: under(PARAMETER, arrays),
      optimizer: {
        steps: described.number('optimizerSteps', { integer: true, min: 0 }),
        arrays: under(OPTIMIZER, arrays),
      },
    };
  } catch (cause) {
    throw new CheckpointError(`not a checkpoint: ${(cause as Error).message}`, { cause });
  }
}

function under(prefix: string, arrays: NamedArrays): NamedArrays {
  const found = [...arrays].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, array]) => [name.slice(prefix.length), array]));
}
