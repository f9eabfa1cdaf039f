/** Weights of a caffemodel that stay in their file until they are packed or copied. */
import { Digest } from '../../core/digest.js';
import type { Shape } from '../../core/shape.js';
import type { StoredArray } from '../../core/stored-array.js';
import type { Blob, BlobsByLayer } from '../../io/caffe/blobs.js';

/** Parameter names of a layer's blobs, in the order of the file. */
const PARAMETERS: readonly string[] = ['weight', 'bias'];

/** Number of values read at once; even, because digests are computed from pairs. */
const CHUNK = 2 ** 18;

/**
 * Blobs by their names in this library: `conv1_1.weight`. Reads all numbers once for their digest and to check that
 * they are finite, but keeps none in memory.
 *
 * @param blobs - Blobs of an open file, as {@link readCaffeModel} returns them.
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

/** Shape of a blob; old files store a vector as `[1, 1, 1, N]`. */
function shapeOf({ shape, legacy, numbers }: Blob, isVector: boolean): Shape {
  return legacy && isVector ? [numbers.length] : shape;
}
