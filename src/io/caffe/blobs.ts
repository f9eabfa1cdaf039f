import { FcnError } from '../../core/errors.js';
import { numel, showShape, type Shape } from '../../core/shape.js';
import type { CaffeMessage } from './message.js';
import { BlobNumbers } from './blob-numbers.js';
import { memorySource } from '../byte-source.js';

/** Numbers with a shape, still in their file. */
export interface Blob {
  /** Extents as in the file. */
  readonly shape: Shape;
  /** True for a legacy shape of four extents, which is compared right-aligned. */
  readonly legacy: boolean;
  /** The numbers. */
  readonly numbers: BlobNumbers;
}

/** The blobs of layers by name, each in the order of the layer's parameters. */
export type BlobsByLayer = ReadonlyMap<string, readonly Blob[]>;

const LEGACY_EXTENTS: readonly string[] = ['num', 'channels', 'height', 'width'];

/**
 * Reads a blob of a file. If it has doubles, its floats are ignored.
 *
 * @param what - Description, for errors.
 * @throws {@link FcnError} if the number of elements differs from the shape.
 */
export function readBlob(proto: CaffeMessage, what: string): Blob {
  const legacy = LEGACY_EXTENTS.some((name) => proto.has(name));
  const shape = legacy
    ? LEGACY_EXTENTS.map((name) => proto.number(name, 0))
    : proto.message('shape').numbers('dim');
  const doubles = proto.runs('double_data');
  const numbers =
    (doubles !== null && doubles.length > 0 ? doubles : proto.runs('data')) ??
    new BlobNumbers(memorySource(new Uint8Array(0), ''), 4);
  if (shape.some((extent) => extent < 0) || numel(shape) !== numbers.length) {
    throw new FcnError(
      `${what}: wrong number count (got ${String(numbers.length)} for shape ${showShape(shape)})`,
    );
  }
  return { shape, legacy, numbers };
}

/**
 * Reads the blobs of all layers that have any.
 *
 * @param net - In the current form.
 * @throws {@link FcnError} if the number of elements of a blob differs from its shape.
 */
export function blobsOf(net: CaffeMessage): BlobsByLayer {
  const blobs = new Map<string, readonly Blob[]>();
  for (const layer of net.messages('layer')) {
    const protos = layer.messages('blobs');
    const name = layer.text('name');
    if (protos.length > 0) {
      blobs.set(
        name,
        protos.map((proto, i) => readBlob(proto, `blob ${String(i)} of layer ${name}`)),
      );
    }
  }
  return blobs;
}
