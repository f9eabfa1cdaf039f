import type { BoxAttrs } from '../../src/backend/attributes.js';
import { casesOf, type Maps } from './layers.js';
import type { Case } from './runner.js';

/** The two halves of a Fire module of SqueezeNet, concatenated. */
const EXPANDED: readonly Maps[] = [
  { name: 'fire2', channels: 64, size: 56, referenceSize: 28 },
  { name: 'fire9', channels: 256, size: 14 },
];

/** Position of the second half in the output. */
function place({ channels, size }: Maps): BoxAttrs {
  const half = channels * size ** 2;
  return {
    extent: [1, 1, half],
    source: { planeStride: 0, rowStride: half, start: 0 },
    target: { planeStride: 0, rowStride: 2 * half, start: half },
  };
}

/** Bytes: the half read and written; backward its gradient also read. */
export const cases: readonly Case[] = casesOf(EXPANDED, {
  'forward of one input': (maps) => {
    const box = place(maps);
    const [, , half] = box.extent;
    return {
      bytes: 8 * half,
      inputs: [half],
      outputs: [2 * half],
      run: (on, [x], [y]) => on.copyBox(x, y, box, false),
    };
  },
  'backward to one input': (maps) => {
    const { extent, source, target } = place(maps);
    const [, , half] = extent;
    const box = { extent, source: target, target: source };
    return {
      bytes: 12 * half,
      inputs: [2 * half],
      outputs: [half],
      run: (on, [gradY], [gradX]) => on.copyBox(gradY, gradX, box, true),
    };
  },
});
