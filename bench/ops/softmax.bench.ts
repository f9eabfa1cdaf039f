import { casesOf, numbersIn, SCORE_MAPS } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: x and y; backward y, gradY, and gradX read and written. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 8 * n,
      inputs: [n],
      outputs: [n],
      run: (on, [x], [y]) => on.softmax(x, maps.channels, maps.size ** 2, y),
    };
  },
  backward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 16 * n,
      inputs: [n, n],
      outputs: [n],
      run: (on, [y, gradY], [gradX]) =>
        on.softmaxBackward(y, gradY, maps.channels, maps.size ** 2, gradX),
    };
  },
});
