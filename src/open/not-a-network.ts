import type { FileKind } from '../formats/file-kinds.js';
import { OpenError } from './open-error.js';

/** The error for a file of a kind that holds neither a network nor weights. */
export function notANetwork(file: string, { name: got, advice }: FileKind): OpenError {
  const expected = 'expected a model file, an ONNX file, a prototxt or weights';
  return new OpenError(
    'not-a-network',
    `${file}: not a network (got ${got}, ${advice ?? expected})`,
  );
}
