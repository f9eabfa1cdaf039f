import { checkOptions, SHA256, type OptionChecks } from '../core/check-options.js';
import { memorySource, type ByteSource } from '../io/byte-source.js';
import { openFileSource } from '../io/file-source.js';
import { readHashed } from '../io/hashed-source.js';
import { renameArrays } from './parameter-names.js';
import type { WeightsFile } from './weights-file.js';
import { weightsReaderFor } from './weights-readers.js';

/** Options of {@link openWeights}. */
export interface OpenWeightsOptions {
  /** Expected SHA-256 of the file, in hexadecimal digits; default: not checked. */
  readonly sha256?: string;
}

const OPTIONS: OptionChecks<OpenWeightsOptions> = { sha256: SHA256 };

/**
 * Reads weights from a file of any supported format; the content decides which, not the file's name. Names
 * become those of this library: `conv1_1/W` is `conv1_1.weight`.
 *
 * @param file - Path of the file, or its bytes.
 * @throws {@link ParseError} if the file is damaged or its format is unsupported; {@link FcnError} if
 *   the file cannot be opened or has another SHA-256; {@link OptionError} for an unknown option or value.
 */
export function openWeights(
  file: string | Uint8Array,
  options: OpenWeightsOptions = {},
): WeightsFile {
  checkOptions('openWeights', options, OPTIONS);
  const { sha256 } = options;
  if (typeof file !== 'string')
    return readHashed(memorySource(file, 'weights'), sha256, readWeights);
  const source = openFileSource(file);
  try {
    return readHashed(source, sha256, readWeights);
  } finally {
    source.close();
  }
}

/**
 * Reads weights from an open source, as {@link openWeights} does from a file.
 *
 * @throws {@link ParseError} if the content is damaged or its format is unsupported.
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
