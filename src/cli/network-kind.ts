import { FcnError } from '../core/errors.js';
import { isOnnx } from '../formats/protobuf-kind.js';
import type { ByteSource } from '../io/byte-source.js';
import { openFileSource } from '../io/file-source.js';
import { isSafetensors } from '../io/safetensors-header.js';

/** A kind of file that holds a network. */
export type NetworkKind = 'safetensors model' | 'ONNX file' | 'prototxt';

/** How the kinds are told apart: by what is in a file, never by its name. */
const KINDS: readonly (readonly [
  NetworkKind,
  (head: Uint8Array, source: ByteSource) => boolean,
])[] = [
  ['safetensors model', isSafetensors],
  ['ONNX file', (_, source) => isOnnx(source)],
  ['prototxt', isText],
];

/** Bytes that are looked at. */
const HEAD_BYTES = 512;

/** Bytes below the blank that texts have: tabulator, line feed, carriage return. */
const CONTROLS: readonly number[] = [9, 10, 13];

/**
 * Which kind of network a file holds.
 *
 * @throws {@link FcnError} if it holds none, or cannot be opened.
 */
export function networkKind(path: string): NetworkKind {
  const source = openFileSource(path);
  try {
    const head = source.view(0, Math.min(HEAD_BYTES, source.length));
    const found = KINDS.find(([, matches]) => matches(head, source));
    if (found) return found[0];
  } finally {
    source.close();
  }
  throw new FcnError(`${path}: not a ${KINDS.map(([kind]) => kind).join(', ')}`);
}

/** True if a file is a text, as the descriptions of Caffe's are. */
export function isNetworkText(path: string): boolean {
  const source = openFileSource(path);
  try {
    return isText(source.view(0, Math.min(HEAD_BYTES, source.length)));
  } finally {
    source.close();
  }
}

/** A description of Caffe's is a text; whether it is one of a network is said by who parses it. */
function isText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((byte) => byte >= 32 || CONTROLS.includes(byte));
}
