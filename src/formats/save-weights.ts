/** Writers of weights, by format. */
import { extname } from 'node:path';
import { checkOptions, FLAG, oneOf, type OptionChecks } from '../core/check-options.js';
import { FcnError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { writeFileAtomic } from '../io/atomic-file.js';
import { writeNpy } from '../io/npy.js';
import { writeNpz } from '../io/npz.js';
import { writePth } from '../io/pth-writer.js';
import { writeSafetensors } from '../io/safetensors.js';
import { writeCaffeWeights } from './caffe/write-weights.js';
import { SAVED_FORMATS, type SavedFormat } from './saved-formats.js';

/** Weights to be written by {@link saveWeights}. */
export interface SavedWeights {
  /** Arrays by name, written in this order. */
  readonly arrays: NamedArrays;
  /** Texts by key; only safetensors files store them. */
  readonly metadata?: ReadonlyMap<string, string>;
}

/** Options of {@link saveWeights}. */
export interface SaveWeightsOptions {
  /** Name of the format; default: decided by the ending of the path. */
  readonly format?: string;
  /** True for half precision, supported for safetensors only. Default: false. */
  readonly half?: boolean;
}

interface WeightsWriter {
  readonly endings: readonly string[];
  readonly write: (weights: Required<SavedWeights>, half: boolean) => readonly Uint8Array[];
}

const WEIGHTS_WRITERS: Readonly<Record<SavedFormat, WeightsWriter>> = {
  safetensors: {
    endings: ['.safetensors'],
    write: ({ arrays, metadata }, half) => [
      writeSafetensors(arrays, metadata, { dtype: half ? 'F16' : 'F32' }),
    ],
  },
  pth: { endings: ['.pth', '.pt'], write: ({ arrays }) => writePth(arrays) },
  npz: { endings: ['.npz'], write: ({ arrays }) => writeNpz(arrays) },
  caffemodel: { endings: ['.caffemodel'], write: ({ arrays }) => writeCaffeWeights(arrays) },
  npy: { endings: ['.npy'], write: ({ arrays }) => [writeNpy(onlyArray(arrays))] },
};

const OPTIONS: OptionChecks<SaveWeightsOptions> = { format: oneOf(...SAVED_FORMATS), half: FLAG };

/**
 * Writes weights to a file. The file is replaced atomically: it holds either the old or the new content.
 *
 * @returns Name of the format that was written.
 * @throws {@link FcnError} if the format is unknown or cannot hold the arrays; {@link ShapeError} if an
 *   array does not fill its shape; {@link OptionError} for an unknown option or value; errors of the file system as
 *   they are.
 */
export async function saveWeights(
  path: string,
  { arrays, metadata = new Map() }: SavedWeights,
  options: SaveWeightsOptions = {},
): Promise<string> {
  checkOptions('saveWeights', options, OPTIONS);
  const { format, half = false } = options;
  const chosen = formatFor(path, format);
  if (half && chosen !== 'safetensors') {
    throw new FcnError(`weights: half precision needs the format safetensors (got ${chosen})`);
  }
  await writeFileAtomic(path, WEIGHTS_WRITERS[chosen].write({ arrays, metadata }, half));
  return chosen;
}

function formatFor(path: string, format: string | undefined): SavedFormat {
  const ending = extname(path).toLowerCase();
  const found = SAVED_FORMATS.find((name) =>
    format === undefined ? WEIGHTS_WRITERS[name].endings.includes(ending) : name === format,
  );
  if (found !== undefined) return found;
  const got = ending === '' ? 'a path without ending' : ending;
  throw new FcnError(
    `weights: unknown format (got ${got}, expected one of ${SAVED_FORMATS.join(', ')})`,
  );
}

function onlyArray(
  arrays: NamedArrays,
): NamedArrays extends ReadonlyMap<string, infer T> ? T : never {
  const [array] = arrays.values();
  if (arrays.size !== 1) {
    throw new FcnError(
      `weights: an .npy file holds one array (got ${String(arrays.size)}); write an .npz file`,
    );
  }
  return array;
}
