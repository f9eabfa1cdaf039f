import { openFileSource, type FileSource } from '../io/file-source.js';
import { renameArrays } from './parameter-names.js';
import type { StoredWeightsContent, WeightsContent } from './weights-file.js';
import { weightsReaderFor } from './weights-readers.js';

/** Arrays of an open file of weights or blobs, by their names in this library. */
export interface StoredArrays extends StoredWeightsContent, Disposable {}

/**
 * Opens the arrays of a weights file of any supported format. MAT-files, ONNX and HDF5 files are read completely; in the other
 * formats an array is read when it is requested.
 *
 * @throws {@link ParseError} if the file is damaged or its format is unsupported, at once or when an array is
 *   read; {@link FcnError} if the file cannot be opened.
 */
export function openStoredArrays(path: string): StoredArrays {
  const source = openFileSource(path);
  try {
    return storedArraysOf(source);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The arrays of an open source, as of {@link openStoredArrays}; disposing of them closes the source. */
export function storedArraysOf(source: FileSource): StoredArrays {
  const reader = weightsReaderFor(source);
  const content = reader.open?.(source) ?? onceRead(reader.read(source));
  const { arrays, notes } = renameArrays(content.arrays, content.kind);
  return {
    kind: content.kind,
    arrays,
    notes: [...content.notes, ...notes],
    [Symbol.dispose]: () => source.close(),
  };
}

function onceRead({ kind, arrays, notes }: WeightsContent): StoredWeightsContent {
  return {
    ...{ kind, notes },
    arrays: new Map(Array.from(arrays, ([name, array]) => [name, () => array])),
  };
}
