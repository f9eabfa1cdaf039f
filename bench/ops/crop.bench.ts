import type { BoxAttrs } from '../../src/backend/attributes.js';
import { casesOf, type Maps } from './layers.js';
import type { Case } from './runner.js';

/** A crop keeps `size` pixels from an offset on. */
interface Crop extends Maps {
  readonly before: number;
  readonly offset: number;
}

/** The crops of FCN-8s at 500 pixels with padding 100. */
const CROPS: readonly Crop[] = [
  { name: 'score', channels: 21, before: 568, offset: 31, size: 500, referenceSize: 64 },
  { name: 'score_pool3c', channels: 21, before: 88, offset: 9, size: 70 },
];

function boxOf({ channels, before, offset, size }: Crop): BoxAttrs {
  return {
    extent: [channels, size, size],
    source: { planeStride: before ** 2, rowStride: before, start: offset * (before + 1) },
    target: { planeStride: size ** 2, rowStride: size, start: 0 },
  };
}

/** Bytes: the kept elements read and written; backward the target also read. */
export const cases: readonly Case[] = casesOf(CROPS, {
  forward: (crop) => {
    const kept = crop.channels * crop.size ** 2;
    const box = boxOf(crop);
    return {
      bytes: 8 * kept,
      inputs: [crop.channels * crop.before ** 2],
      outputs: [kept],
      run: (on, [x], [y]) => on.copyBox(x, y, box, false),
    };
  },
  backward: (crop) => {
    const kept = crop.channels * crop.size ** 2;
    const { extent, source, target } = boxOf(crop);
    const box = { extent, source: target, target: source };
    return {
      bytes: 12 * kept,
      inputs: [kept],
      outputs: [crop.channels * crop.before ** 2],
      run: (on, [gradY], [gradX]) => on.copyBox(gradY, gradX, box, true),
    };
  },
});
