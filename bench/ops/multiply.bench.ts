import { casesOf, numbersIn, SCORE_MAPS } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: two read and one written; backward, per input, the target also read. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 12 * n,
      inputs: [n, n],
      outputs: [n],
      run: (on, [a, b], [y]) => on.channelScale(a, b, null, 1, y),
    };
  },
  'backward to one input': (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 16 * n,
      inputs: [n, n],
      outputs: [n],
      run: (on, [gradY, b], [gradA]) => on.channelScaleBackwardInput(gradY, b, 1, gradA),
    };
  },
});
