import type { BoxAttrs } from '../../src/backend/attributes.js';
import { casesOf, numbersIn, SCORE_MAPS, type Maps } from './layers.js';
import type { Case } from './runner.js';

/** Channels kept, as of colour and depth in one input. */
const KEPT = 3;

function boxOf({ channels, size }: Maps): BoxAttrs {
  const plane = size ** 2;
  return {
    extent: [1, 1, KEPT * plane],
    source: { planeStride: 0, rowStride: channels * plane, start: plane },
    target: { planeStride: 0, rowStride: KEPT * plane, start: 0 },
  };
}

/** Bytes: the kept elements read and written; backward the target also read. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  forward: (maps) => ({
    bytes: 8 * KEPT * maps.size ** 2,
    inputs: [numbersIn(maps)],
    outputs: [KEPT * maps.size ** 2],
    run: (on, [x], [y]) => on.copyBox(x, y, boxOf(maps), false),
  }),
  backward: (maps) => {
    const { extent, source, target } = boxOf(maps);
    const box = { extent, source: target, target: source };
    return {
      bytes: 12 * KEPT * maps.size ** 2,
      inputs: [KEPT * maps.size ** 2],
      outputs: [numbersIn(maps)],
      run: (on, [gradY], [gradX]) => on.copyBox(gradY, gradX, box, true),
    };
  },
});
