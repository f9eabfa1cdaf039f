import { over, plus, rational, times } from '../core/rational.js';
import { FcnError } from '../core/errors.js';
import { alignment } from '../graph/coordinates.js';
import { nodeName } from '../graph/trace.js';
import type { Origin } from '../tensor/origin.js';
import type { Window } from './definition/layer.js';

/**
 * Window of the upsampling that lays a coarse map over the pixels of a fine one.
 *
 * The kernel of bilinear interpolation is 2·stride wide, or 2·stride − 1 where only that puts the
 * pixels of both maps onto each other, as the 63 of the paper's AlexNet does.
 *
 * @throws {@link FcnError} if neither does, or the strides are no multiples.
 */
export function upsamplingWindow(coarse: Origin, fine: Origin): Window {
  const [{ scale, shift }] = alignment(fine, coarse);
  const perPixel = over(rational(1), scale);
  const stride = perPixel.num;
  for (const kernelSize of [2 * stride, 2 * stride - 1]) {
    const centre = rational(kernelSize - 1, 2);
    if (perPixel.den === 1 && plus(times(perPixel, shift), centre).den === 1) {
      return { stride, kernelSize };
    }
  }
  throw new FcnError(
    `no upsampling lays ${nodeName(coarse)} over ${nodeName(fine)}: strides ${String(scale.num)}/${String(scale.den)}, ` +
      `offset ${String(shift.num)}/${String(shift.den)}`,
  );
}
