import { casesOf, FEATURE_MAPS, numbersIn } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: a, b and y; backward a, b, gradY, and both gradients read and written. */
export const cases: readonly Case[] = casesOf(FEATURE_MAPS, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 12 * n,
      inputs: [n, n],
      outputs: [n],
      prepare: apart,
      run: (on, [a, b], [y]) => on.maximum(a, b, y),
    };
  },
  backward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 28 * n,
      inputs: [n, n, n],
      outputs: [n, n],
      prepare: apart,
      run: (on, [a, b, gradY], [gradA, gradB]) => on.maximumBackward(a, b, gradY, gradA, gradB),
    };
  },
});

/** Reverses one input: both inputs repeat the same random sequence, and each must win sometimes. */
function apart(_on: unknown, [, b]: readonly { reverse(): unknown }[]): void {
  b.reverse();
}
