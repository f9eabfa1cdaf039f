import type { Shape } from '../../src/core/shape.js';
import { casesOf, numbersIn, type Maps } from './layers.js';
import type { Case } from './runner.js';

/** Scores at stride 8, interpolated to the whole image. */
const SCORES: readonly Maps[] = [
  { name: '21 classes, 8× larger', channels: 21, size: 63, referenceSize: 8 },
];

const FACTOR = 8;

function shapes({ channels, size }: Maps): [x: Shape, y: Shape] {
  return [
    [1, channels, size, size],
    [1, channels, FACTOR * size, FACTOR * size],
  ];
}

/** Bytes: x and y; backward gradY, and gradX read and written. */
export const cases: readonly Case[] = casesOf(SCORES, {
  forward: (maps) => {
    const n = numbersIn(maps);
    const [xShape, yShape] = shapes(maps);
    return {
      bytes: 4 * (1 + FACTOR ** 2) * n,
      inputs: [n],
      outputs: [FACTOR ** 2 * n],
      run: (on, [x], [y]) => on.resizeBilinear(x, xShape, 'half-pixel', y, yShape),
    };
  },
  backward: (maps) => {
    const n = numbersIn(maps);
    const [xShape, yShape] = shapes(maps);
    return {
      bytes: 4 * (2 + FACTOR ** 2) * n,
      inputs: [FACTOR ** 2 * n],
      outputs: [n],
      run: (on, [gradY], [gradX]) =>
        on.resizeBilinearBackward(gradY, yShape, 'half-pixel', gradX, xShape),
    };
  },
});
