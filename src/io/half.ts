/** Half precision (IEEE 754 binary16) and bfloat16, to and from float32. */

const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);

const INFINITY_BITS = 0x7f800000;
const HALF_INFINITY = 0x7c00;
/** 2¹⁶: every float32 from here on exceeds half precision. */
const TOO_LARGE_BITS = 0x47800000;
/** 2⁻¹⁴, the least normal half. */
const LEAST_NORMAL_BITS = 0x38800000;
/** 2⁻²⁵, half of the least denormal: values up to here round to zero. */
const HALF_OF_LEAST_BITS = 0x33000000;

/**
 * Nearest half of a float32, ties to the even one.
 *
 * @returns The 16 bits; those of ±Infinity from 65520 on.
 */
export function toHalf(value: number): number {
  floats[0] = value;
  const sign = (words[0] >>> 16) & 0x8000;
  const magnitude = words[0] & 0x7fffffff;
  if (magnitude > INFINITY_BITS) return sign | 0x7e00;
  if (magnitude >= TOO_LARGE_BITS) return sign | HALF_INFINITY;
  if (magnitude >= LEAST_NORMAL_BITS) {
    // Adding just under half a unit, and the last kept bit, makes the cut below round to even.
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  if (magnitude <= HALF_OF_LEAST_BITS) return sign;
  const shift = 126 - (magnitude >>> 23);
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const kept = significand >>> shift;
  const lost = significand & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  const up = lost > tie || (lost === tie && (kept & 1) === 1);
  return sign | (kept + (up ? 1 : 0));
}

/** The float32 equal to a half given by its 16 bits. */
export function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) {
    const magnitude = fraction * 5.960464477539063e-8; // 2^-24
    return sign === 0 ? magnitude : -magnitude;
  }
  const widened = exponent === 0x1f ? 0xff : exponent + 112;
  words[0] = sign | (widened << 23) | (fraction << 13);
  return floats[0];
}

let floatsOfHalves: Float32Array | undefined;

/** The float32 of each half, by its bits. */
function halvesTable(): Float32Array {
  if (floatsOfHalves !== undefined) return floatsOfHalves;
  const table = new Float32Array(2 ** 16);
  for (let bits = 0; bits < table.length; bits++) table[bits] = fromHalf(bits);
  return (floatsOfHalves = table);
}

/**
 * Halves as float32, without loss.
 *
 * @param target - Array of the same length; overwritten and returned.
 */
export function widenHalf(
  halves: Uint16Array,
  target: Float32Array = new Float32Array(halves.length),
): Float32Array {
  const table = halvesTable();
  for (let i = 0; i < halves.length; i++) target[i] = table[halves[i]];
  return target;
}

/** The float32 whose upper 16 bits these are: bfloat16, without loss. As {@link widenHalf}. */
export function widenBfloat16(
  upper: Uint16Array,
  target: Float32Array = new Float32Array(upper.length),
): Float32Array {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < upper.length; i++) bits[i] = upper[i] << 16;
  return target;
}
