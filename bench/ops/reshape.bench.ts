import { casesOf, numbersIn, SCORE_MAPS } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: a copy reads and writes; backward reads the target too. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  forward: (maps) => {
    const n = numbersIn(maps);
    const place = { planeStride: 0, rowStride: 0, start: 0 };
    const box = { extent: [1, 1, n] as const, source: place, target: place };
    return {
      bytes: 8 * n,
      inputs: [n],
      outputs: [n],
      run: (on, [x], [y]) => on.copyBox(x, y, box, false),
    };
  },
  backward: (maps) => {
    const n = numbersIn(maps);
    const place = { planeStride: 0, rowStride: 0, start: 0 };
    const box = { extent: [1, 1, n] as const, source: place, target: place };
    return {
      bytes: 12 * n,
      inputs: [n],
      outputs: [n],
      run: (on, [gradY], [gradX]) => on.copyBox(gradY, gradX, box, true),
    };
  },
});
