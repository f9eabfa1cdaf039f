import type { Shape } from '../../src/core/shape.js';
import { casesOf, numbersIn, type Maps } from './layers.js';
import type { Case } from './runner.js';

const CAFFENET = { size: 5, alpha: 1e-4, beta: 0.75, k: 1 };

/** Normalisation layers of FCN-32s AlexNet at 500 pixels with padding 100. */
const NORMALISED: readonly Maps[] = [
  { name: 'norm1', channels: 96, size: 86, referenceSize: 16 },
  { name: 'norm2', channels: 256, size: 43, referenceSize: 8 },
];

function shapeOf({ channels, size }: Maps): Shape {
  return [1, channels, size, size];
}

/** Bytes: x, y, scale; backward x, y, scale, gradY, and gradX read and written. */
export const cases: readonly Case[] = casesOf(NORMALISED, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 12 * n,
      inputs: [n],
      outputs: [n, n],
      run: (on, [x], [y, scale]) => on.lrn(x, shapeOf(maps), CAFFENET, y, scale),
    };
  },
  backward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 24 * n,
      inputs: [n, n, n, n],
      outputs: [n],
      prepare: (on, [x, y, scale]) => on.lrn(x, shapeOf(maps), CAFFENET, y, scale),
      run: (on, [x, y, scale, gradY], [gradX]) =>
        on.lrnBackward(x, shapeOf(maps), CAFFENET, y, scale, gradY, gradX),
    };
  },
});
