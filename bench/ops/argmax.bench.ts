import { casesOf, numbersIn, SCORE_MAPS } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: the scores, and one byte a pixel. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  forward(maps) {
    const pixels = maps.size ** 2;
    const classes = new Uint8Array(pixels);
    return {
      bytes: 4 * numbersIn(maps) + pixels,
      inputs: [numbersIn(maps)],
      outputs: [],
      run(on, [x]) {
        on.argmax(x, maps.channels, pixels, classes);
        return classes;
      },
    };
  },
});
