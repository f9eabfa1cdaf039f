import { memorySource, type ByteSource } from '../io/byte-source.js';
import { openFileSource } from '../io/file-source.js';
import { readHashed } from '../io/hashed-source.js';
import { renameArrays } from './parameter-names.js';
import type { WeightsFile } from './weights-file.js';
import { weightsReaderFor } from './weights-readers.js';

/** What {@link openWeights} may be told. */
export interface OpenWeightsOptions {
  /** SHA-256 that the file must have, in hexadecimal digits; default: not checked. */
  readonly sha256?: string;
}

/**
 * Reads weights from a file of any format that is read; its content tells which, not its name. Names
 * become those of this library: `conv1_1/W` is `conv1_1.weight`.
 *
 * @param file - A path, or the bytes.
 * @throws {@link ParseError} if the file is damaged or of no format that is read; {@link FcnError} if
 *   it cannot be opened or has another SHA-256.
 */
export function openWeights(
  file: string | Uint8Array,
  { sha256 }: OpenWeightsOptions = {},
): WeightsFile {
  if (typeof file !== 'string')
    return readHashed(memorySource('weights', file), sha256, readWeights);
  const source = openFileSource(file);
  try {
    return readHashed(source, sha256, readWeights);
  } finally {
    source.close();
  }
}

/**
 * As {@link openWeights}, from bytes wherever they lie.
 *
 * @throws {@link ParseError} if they are damaged or of no format that is read.
 */
export function readWeights(source: ByteSource): WeightsFile {
  const content = weightsReaderFor(source).read(source);
  const { arrays, notes } = renameArrays(content.arrays, content.kind);
  return {
    kind: content.kind,
    arrays,
    notes: [...content.notes, ...notes],
    metadata: content.metadata ?? new Map(),
    averageColour: content.averageColour ?? null,
  };
}
