import { casesOf, numbersIn, SCORE_MAPS } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: zeros written, then for both inputs x read, y read and written; backward is half of that. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  'forward of two': (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 28 * n,
      inputs: [n, n],
      outputs: [n],
      run(on, [a, b], [y]) {
        y.fill(0);
        on.addScaled(a, 0.01, y);
        on.addScaled(b, 0.0001, y);
      },
    };
  },
  'backward to one input': (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 12 * n,
      inputs: [n],
      outputs: [n],
      run: (on, [gradY], [gradA]) => on.addScaled(gradY, 0.01, gradA),
    };
  },
});
