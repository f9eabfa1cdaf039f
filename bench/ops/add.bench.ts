import { casesOf, numbersIn, SCORE_MAPS } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: a copy reads and writes, the sum reads two and writes one; backward is one sum per input. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 20 * n,
      inputs: [n, n],
      outputs: [n],
      run(on, [a, b], [y]) {
        y.set(a);
        on.addScaled(b, 1, y);
      },
    };
  },
  'backward to one input': (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 12 * n,
      inputs: [n],
      outputs: [n],
      run: (on, [gradY], [gradA]) => on.addScaled(gradY, 1, gradA),
    };
  },
});
