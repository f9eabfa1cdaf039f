import type { FloatArray } from '../../src/backend/attributes.js';
import { casesOf, FEATURE_MAPS, numbersIn } from './layers.js';
import type { Case } from './runner.js';

/** Random positive factors. */
function positive(_on: unknown, [, , invStd]: readonly FloatArray[]): void {
  for (let c = 0; c < invStd.length; c++) invStd[c] = Math.abs(invStd[c]) + 0.5;
}

/** Bytes: x twice; x and y; backward x and gradY twice, and gradX read and written. */
export const cases: readonly Case[] = casesOf(FEATURE_MAPS, {
  moments: (maps) => ({
    bytes: 8 * numbersIn(maps),
    inputs: [numbersIn(maps)],
    outputs: [maps.channels, maps.channels],
    run: (on, [x], [mean, variance]) => on.channelMoments(x, maps.size ** 2, mean, variance),
  }),
  forward: (maps) => {
    const { channels, size } = maps;
    const n = numbersIn(maps);
    return {
      bytes: 8 * n,
      inputs: [n, channels, channels, channels, channels],
      outputs: [n],
      prepare: positive,
      run: (on, [x, mean, invStd, weight, bias], [y]) =>
        on.batchNorm(x, size ** 2, { mean, invStd }, weight, bias, y),
    };
  },
  'backward in training': (maps) => {
    const { channels, size } = maps;
    const n = numbersIn(maps);
    return {
      bytes: 24 * n,
      inputs: [n, channels, channels, channels, n],
      outputs: [n, channels, channels],
      prepare: positive,
      run(on, [x, mean, invStd, factor, gradY], [gradX, weight, bias]) {
        const grads = { x: gradX, weight, bias };
        on.batchNormBackward(x, size ** 2, { mean, invStd }, factor, gradY, true, grads);
      },
    };
  },
});
