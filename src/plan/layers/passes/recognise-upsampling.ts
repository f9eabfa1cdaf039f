import type { NamedArray } from '../../../core/named-arrays.js';
import type { LayerList, TransposedLayer } from '../layers.js';

/**
 * Recognises transposed convolutions with one kernel per channel, such as bilinear upsampling, from
 * the values of their weights, and among them those whose kernels are separable.
 *
 * Exact: a zero weight adds ±0 to an accumulator, which changes nothing unless the accumulator is −0.
 * Therefore weights must be finite (maps are assumed to be), and no bias may be −0.
 */
export function recogniseUpsampling(list: LayerList): LayerList {
  const layers = list.layers.map((layer) => {
    if (layer.kind !== 'convTranspose' || !isDiagonal(layer)) return layer;
    const separable = kernelsOf(layer).every((kernel) =>
      isSeparable(kernel, layer.weight.shape[3]),
    );
    return { ...layer, structure: 'diagonal' as const, separable };
  });
  return { ...list, layers };
}

/**
 * Returns the kernels of a layer whose structure is `diagonal`.
 *
 * @returns `[C, 1, kH, kW]`: the weight of the same convolution in C groups.
 */
export function diagonalKernels(layer: TransposedLayer): NamedArray {
  const [C, , kH, kW] = layer.weight.shape;
  const data = new Float32Array(C * kH * kW);
  kernelsOf(layer).forEach((kernel, c) => {
    data.set(kernel, c * kH * kW);
  });
  return { shape: [C, 1, kH, kW], data };
}

/** Returns the kernel from each channel to itself, as views. */
function kernelsOf({ weight: { data, shape } }: TransposedLayer): Float32Array[] {
  const [C, perGroup, kH, kW] = shape;
  const area = kH * kW;
  return Array.from({ length: C }, (_, c) => {
    const start = (c * perGroup + (c % perGroup)) * area;
    return data.subarray(start, start + area);
  });
}

/** True if every weight from one channel to another is 0. */
function isDiagonal({ weight: { data, shape }, bias, attrs }: TransposedLayer): boolean {
  const [C, perGroup, kH, kW] = shape;
  if (data.length === 0 || C !== perGroup * attrs.groups) return false;
  if (perGroup === 1) return true; // there is only the diagonal
  if (bias?.data.some((value) => Object.is(value, -0))) return false;
  const area = kH * kW;
  return data.every((value, i) => {
    const pair = Math.floor(i / area);
    const within = Math.floor(pair / perGroup) % perGroup === pair % perGroup;
    return within ? Number.isFinite(value) : value === 0;
  });
}

/** Tolerance relative to the square of the largest weight; the weights were rounded to 2⁻²⁴. */
const SEPARABLE_WITHIN = 2 ** -21;

/** True if the kernel is the column times the row of its largest weight, up to rounding. */
function isSeparable(kernel: Float32Array, width: number): boolean {
  const pivot = kernel.reduce((best, value, i) => {
    return Math.abs(value) > Math.abs(kernel[best]) ? i : best;
  }, 0);
  const largest = kernel[pivot];
  const row = pivot - (pivot % width);
  const bound = SEPARABLE_WITHIN * largest * largest;
  return kernel.every((value, i) => {
    const column = i % width;
    const product = kernel[i - column + (pivot % width)] * kernel[row + column];
    return Math.abs(value * largest - product) <= bound;
  });
}
