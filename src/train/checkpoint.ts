import { createHash } from 'node:crypto';
import { FcnError } from '../core/errors.js';
import { JsonObject } from '../core/json-object.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import type { SafetensorsFile } from '../io/safetensors.js';
import type { OptimizerState } from '../optim/optimizer.js';

/** Error of a checkpoint that is damaged or belongs to another recipe. */
export class CheckpointError extends FcnError {
  override name = 'CheckpointError';
}

/** State of training; a run that continues from it has the same bits. */
export interface Checkpoint {
  /** Name of the recipe's stage. */
  readonly stage: string;
  /** Number of steps done. */
  readonly iteration: number;
  /** Hash of the recipe up to this stage. */
  readonly recipeHash: string;
  /** State of each random number stream, by name. */
  readonly streams: Readonly<Record<string, readonly number[]>>;
  /** The network's parameters. */
  readonly parameters: NamedArrays;
  /** State of the optimiser. */
  readonly optimizer: OptimizerState;
}

const KEY = 'fcn-wasm-checkpoint';
const DIGEST_KEY = `${KEY}-sha256`;
const PARAMETER = 'parameter/';
const OPTIMIZER = 'optimizer/';

/** Encodes a checkpoint as the arrays and metadata of a safetensors file. */
export function encodeCheckpoint(checkpoint: Checkpoint): SafetensorsFile {
  const { stage, iteration, recipeHash, streams, optimizer } = checkpoint;
  const arrays = new Map<string, NamedArray>();
  for (const [name, array] of checkpoint.parameters) arrays.set(PARAMETER + name, array);
  for (const [name, array] of optimizer.arrays) arrays.set(OPTIMIZER + name, array);
  const described = { stage, iteration, recipeHash, streams, optimizerSteps: optimizer.steps };
  const text = JSON.stringify(described);
  return {
    arrays,
    metadata: new Map([
      [KEY, text],
      [DIGEST_KEY, digestOf(text, arrays)],
    ]),
  };
}

/**
 * Decodes a checkpoint from the arrays and metadata of a safetensors file.
 *
 * @throws {@link CheckpointError} if the file is not a checkpoint, or is damaged.
 */
export function decodeCheckpoint({ arrays, metadata }: SafetensorsFile): Checkpoint {
  const text = metadata.get(KEY);
  if (text === undefined)
    throw new CheckpointError(`not a checkpoint: missing ${KEY} in the metadata`);
  if (metadata.get(DIGEST_KEY) !== digestOf(text, arrays)) {
    throw new CheckpointError(
      'damaged: SHA-256 of the contents differs from the one in the metadata',
    );
  }
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

/** SHA-256 of the description and every array. */
function digestOf(text: string, arrays: NamedArrays): string {
  const hash = createHash('sha256').update(text);
  for (const [name, { shape, data }] of arrays) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

function under(prefix: string, arrays: NamedArrays): NamedArrays {
  const found = [...arrays].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, array]) => [name.slice(prefix.length), array]));
}
