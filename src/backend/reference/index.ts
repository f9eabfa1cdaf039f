import { FcnError } from '../../core/errors.js';
import type { FloatArray } from '../attributes.js';
import type { Backend } from '../backend.js';
import * as addScaled from './add-scaled.js';
import { argmax } from './argmax.js';
import * as avgPool2d from './avg-pool2d.js';
import * as batchNorm2d from './batch-norm2d.js';
import * as channelScale from './channel-scale.js';
import * as convTranspose2d from './conv-transpose2d.js';
import { biasBackward, conv2d, conv2dBackwardInput, conv2dBackwardWeight } from './conv2d.js';
import { copyBox } from './copy-box.js';
import * as lrn from './lrn.js';
import * as maxPool2d from './max-pool2d.js';
import * as maximum from './maximum.js';
import * as optimizer from './optimizer.js';
import * as relu from './relu.js';
import * as resizeBilinear from './resize-bilinear.js';
import * as sigmoid from './sigmoid.js';
import * as softmaxCrossEntropy from './softmax-cross-entropy.js';
import { softmax, softmaxBackward } from './softmax.js';

/** Kernels as the plain loops that define them. */
const definitions = {
  ...convTranspose2d,
  conv2d,
  conv2dBackwardInput,
  conv2dBackwardWeight,
  biasBackward,
  ...maxPool2d,
  ...avgPool2d,
  ...relu,
  ...addScaled,
  ...maximum,
  copyBox,
  ...channelScale,
  ...lrn,
  ...batchNorm2d,
  ...sigmoid,
  softmax,
  softmaxBackward,
  ...softmaxCrossEntropy,
  ...resizeBilinear,
  argmax,
  ...optimizer,
};

/**
 * Creates the reference backend: plain loops in index order, never optimised.
 *
 * @param precision - `float32` rounds after every operation and defines the bits of the kernels;
 *   `float64` does not round: for gradient checks and as an independent comparison.
 */
export function createReferenceBackend(precision: 'float32' | 'float64' = 'float32'): Backend {
  const alloc = (length: number): FloatArray =>
    precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  const live = new Map<FloatArray, number>();
  let serial = 0;
  const allocLive = (length: number): FloatArray => {
    const buffer = alloc(length);
    live.set(buffer, ++serial);
    return buffer;
  };
  return {
    name: `reference-${precision}`,
    alloc: allocLive,
    allocZeros: allocLive,
    free(buffer) {
      if (!live.delete(buffer)) throw new FcnError('free: not a live buffer of this backend');
    },
    isLive: (buffer) => live.has(buffer),
    mark: () => serial,
    release(mark) {
      for (const [buffer, made] of live) if (made > mark) live.delete(buffer);
    },
    ...definitions,
  };
}
