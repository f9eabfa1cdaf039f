import { casesOf, FEATURE_MAPS, numbersIn } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: x and y; backward x, gradY, and gradX read and written. */
export const cases: readonly Case[] = casesOf(FEATURE_MAPS, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return { bytes: 8 * n, inputs: [n], outputs: [n], run: (on, [x], [y]) => on.relu(x, y) };
  },
  backward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 16 * n,
      inputs: [n, n],
      outputs: [n],
      run: (on, [x, gradY], [gradX]) => on.reluBackward(x, gradY, gradX),
    };
  },
});
