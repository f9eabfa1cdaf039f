import type { FloatArray } from '../../src/backend/attributes.js';
import type { Backend } from '../../src/backend/backend.js';
import { casesOf, numbersIn, SCORE_MAPS, type Maps } from './layers.js';
import type { Case, Work } from './runner.js';

const IGNORED = 255;

/** Probabilities and labels, every tenth of them ignored. */
function inputsOf(maps: Maps): Pick<Work, 'inputs' | 'prepare'> {
  const { channels, size } = maps;
  return {
    inputs: [numbersIn(maps), size ** 2],
    prepare(on: Backend, [p, labels]: readonly FloatArray[]) {
      on.softmax(p, channels, size ** 2, p);
      for (let i = 0; i < labels.length; i++) labels[i] = i % 10 === 0 ? IGNORED : i % channels;
    },
  };
}

/** Bytes: a probability and a label per pixel; backward all probabilities, gradX read and written. */
export const cases: readonly Case[] = casesOf(SCORE_MAPS, {
  'loss of probabilities': (maps) => ({
    ...inputsOf(maps),
    bytes: 8 * maps.size ** 2,
    outputs: [],
    run: (on, [p, labels]) => on.nllSum(p, labels, maps.channels, maps.size ** 2, IGNORED),
  }),
  backward: (maps) => ({
    ...inputsOf(maps),
    bytes: 12 * numbersIn(maps) + 4 * maps.size ** 2,
    outputs: [numbersIn(maps)],
    run(on, [p, labels], [gradX]) {
      const { channels, size } = maps;
      on.softmaxNllBackward(p, labels, channels, size ** 2, IGNORED, 1 / size ** 2, gradX);
    },
  }),
});
