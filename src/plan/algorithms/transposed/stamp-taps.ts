/** Taps of a transposed convolution that reach each output pixel, and the input pixels that they read. */
import type { ConvAttrs } from '../../../backend/attributes.js';
import type { Shape } from '../../../core/shape.js';
import { overhang } from '../../memory/border.js';
import type { Border } from '../../memory/border.js';

/** A tap along an axis: output position i · stride + remainder reads input position i + `offset`. */
export interface StampTap {
  readonly offset: number;
  /** Row or column of the kernel. */
  readonly tap: number;
}

/** Returns, for each remainder by the stride along an axis, the taps that reach its positions, in order. */
export function stampTaps(k: number, attrs: ConvAttrs, axis: 0 | 1): StampTap[][] {
  const [stride, padding, dilation] = [
    attrs.stride[axis],
    attrs.padding[axis],
    attrs.dilation[axis],
  ];
  return Array.from({ length: stride }, (_, remainder) => {
    const taps: StampTap[] = [];
    for (let tap = 0; tap < k; tap++) {
      const offset = (remainder + padding - tap * dilation) / stride;
      if (Number.isInteger(offset)) taps.push({ offset, tap });
    }
    return taps;
  });
}

/**
 * Returns the zeros that a transposed convolution reads around its input.
 *
 * @param xShape - `[N, C, H, W]`.
 * @param yShape - `[N, O, outH, outW]`.
 * @param wShape - `[C, O / groups, kH, kW]`.
 */
export function stampingBorder(
  [, , H, W]: Shape,
  [, , outH, outW]: Shape,
  [, , kH, kW]: Shape,
  attrs: ConvAttrs,
): Border {
  const [top, bottom] = reach(H, outH, stampTaps(kH, attrs, 0));
  const [left, right] = reach(W, outW, stampTaps(kW, attrs, 1));
  return { top, bottom, left, right };
}

/** Returns the zeros that are read before and after a line of positions. */
function reach(size: number, outSize: number, taps: StampTap[][]): readonly [number, number] {
  let [first, last] = [0, size];
  for (const [remainder, reaching] of taps.entries()) {
    const count = positions(outSize, remainder, taps.length);
    if (count === 0) continue;
    for (const { offset } of reaching) {
      first = Math.min(first, offset);
      last = Math.max(last, offset + count);
    }
  }
  return overhang(size, first, last);
}

/** Counts the positions of an output that leave a remainder by the stride. */
export function positions(outSize: number, remainder: number, stride: number): number {
  return Math.max(0, Math.ceil((outSize - remainder) / stride));
}
