import { casesOf, FEATURE_MAPS, numbersIn } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: x and y; gradients of x: gradY, gradX read and written; of the factors: x and gradY. */
export const cases: readonly Case[] = casesOf(FEATURE_MAPS, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 8 * n,
      inputs: [n, maps.channels, maps.channels],
      outputs: [n],
      run: (on, [x, scale, shift], [y]) => on.channelScale(x, scale, shift, maps.size ** 2, y),
    };
  },
  'gradient of x': (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 12 * n,
      inputs: [n, maps.channels],
      outputs: [n],
      run: (on, [gradY, scale], [gradX]) =>
        on.channelScaleBackwardInput(gradY, scale, maps.size ** 2, gradX),
    };
  },
  'gradient of the factors': (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 8 * n,
      inputs: [n, n],
      outputs: [maps.channels],
      run: (on, [x, gradY], [gradScale]) =>
        on.channelScaleBackwardScale(x, gradY, maps.size ** 2, gradScale),
    };
  },
});
