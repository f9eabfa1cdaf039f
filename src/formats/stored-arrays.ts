import { openFileSource } from '../io/file-source.js';
import { renameArrays } from './parameter-names.js';
import type { StoredWeightsContent, WeightsContent } from './weights-file.js';
import { weightsReaderFor } from './weights-readers.js';

/** The arrays of an open file of weights or blobs, by the names of this library. */
export interface StoredArrays extends StoredWeightsContent, Disposable {}

/**
 * Opens a file of any format that weights are read from. MATLAB's files, ONNX and HDF5 are read whole at
 * once; of the others an array is read when it is asked for.
 *
 * @throws {@link ParseError} if the file is damaged or of no format that is read, then or when an array is
 *   read; {@link FcnError} if it cannot be opened.
 */
export function openStoredArrays(path: string): StoredArrays {
  const source = openFileSource(path);
  try {
    const reader = weightsReaderFor(source);
    const content = reader.open?.(source) ?? onceRead(reader.read(source));
    const { arrays, notes } = renameArrays(content.arrays, content.kind);
    return {
      kind: content.kind,
      arrays,
      notes: [...content.notes, ...notes],
      [Symbol.dispose]: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

function onceRead({ kind, arrays, notes }: WeightsContent): StoredWeightsContent {
  return {
    ...{ kind, notes },
    arrays: new Map(Array.from(arrays, ([name, array]) => [name, () => array])),
  };
}
