import type { FloatArray } from '../../src/backend/attributes.js';
import type { Shape } from '../../src/core/shape.js';

/**
 * Numbers of [−1, 1), multiples of 2⁻²³, that depend on the name and the index alone: the same as of
 * `hashed` in tools/make-resnet-goldens.py.
 */
export function hashed(name: string, count: number): Float64Array {
  let salt = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    salt = Math.imul(salt ^ name.charCodeAt(i), 0x01000193);
  }
  const start = Math.imul(salt, 0x9e3779b9);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = (i + start) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    numbers[i] = (x >>> 8) / 2 ** 23 - 1;
  }
  return numbers;
}

/** Writes a parameter as `formula` there gives it. */
export function formulaParameter(name: string, shape: Shape, target: FloatArray): void {
  const [factor, start] = lineOf(name, shape);
  const u = hashed(name, target.length);
  for (let i = 0; i < target.length; i++) target[i] = start + factor * u[i];
}

/** Factor and summand of the hashed numbers. */
function lineOf(name: string, shape: Shape): readonly [factor: number, start: number] {
  if (name.endsWith('running_var')) return [0.5, 1];
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  if (shape.length === 4) return [Math.sqrt(6 / fanIn), 0];
  return name.endsWith('.weight') ? [0.25, 0.75] : [0.125, 0];
}
