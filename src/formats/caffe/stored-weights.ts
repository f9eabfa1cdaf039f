/** Weights of a caffemodel that stay in their file until somebody packs or copies them. */
import { Digest } from '../../core/digest.js';
import type { Shape } from '../../core/shape.js';
import type { StoredArray } from '../../core/stored-array.js';
import type { Blob, BlobsByLayer } from '../../io/caffe/blobs.js';

/** What the blobs of a layer with filters, or factors, are called here. */
const PARAMETERS: readonly string[] = ['weight', 'bias'];

/** Numbers that are looked at together; even, as digests are computed of pairs. */
const CHUNK = 2 ** 18;

/**
 * The blobs by the names of this library, `conv1_1.weight`. All numbers are read once, to know them again
 * and to find those that are none; none is kept.
 *
 * @param blobs - Of an open file, as {@link readCaffeModel} gives them.
 */
export function storedWeights(blobs: BlobsByLayer): Map<string, StoredArray> {
  const arrays = new Map<string, StoredArray>();
  for (const [layer, given] of blobs) {
    given.forEach((blob, i) => {
      const name = PARAMETERS.at(i) ?? String(i);
      arrays.set(`${layer}.${name}`, storedBlob(blob, name === 'bias'));
    });
  }
  return arrays;
}

function storedBlob(blob: Blob, isVector: boolean): StoredArray {
  const { numbers } = blob;
  const digest = new Digest(numbers.length);
  const chunk = new Float32Array(Math.min(numbers.length, CHUNK));
  for (let begin = 0; begin < numbers.length; begin += CHUNK) {
    const part = chunk.subarray(0, Math.min(CHUNK, numbers.length - begin));
    numbers.read(begin, part);
    digest.update(new Int32Array(part.buffer, 0, part.length));
  }
  return {
    shape: shapeOf(blob, isVector),
    digest: digest.toString(),
    finite: digest.finite,
    read(begin, target) {
      numbers.read(begin, target);
    },
    get data() {
      return numbers.toFloats();
    },
  };
}

/** Vectors have four extents in old files, `[1, 1, 1, N]`. */
function shapeOf({ shape, legacy, numbers }: Blob, isVector: boolean): Shape {
  return legacy && isVector ? [numbers.length] : shape;
}
