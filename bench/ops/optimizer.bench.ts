import { casesOf, numbersIn, type Maps } from './layers.js';
import type { Case } from './runner.js';

/** Weights, as maps: conv5_3 of VGG16 has 512 · 512 filters of 3 × 3. */
const WEIGHTS: readonly Maps[] = [
  { name: 'conv5_3', channels: 512 * 512, size: 3, referenceSize: 1 },
  { name: 'fire9 expand3x3', channels: 256 * 64, size: 3 },
];

const SGD = { rate: 1e-3, momentum: 0.9, decay: 5e-4, gradScale: 1 };
const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 5e-4, gradScale: 1 };

/** Bytes: the gradient read; the weight and the running values read and written. */
export const cases: readonly Case[] = casesOf(WEIGHTS, {
  'SGD with momentum': (weights) => {
    const n = numbersIn(weights);
    return {
      bytes: 20 * n,
      inputs: [n],
      outputs: [n, n],
      run: (on, [grad], [w, velocity]) => on.sgdStep(w, grad, velocity, SGD),
    };
  },
  Adam: (weights) => {
    const n = numbersIn(weights);
    return {
      bytes: 28 * n,
      inputs: [n],
      outputs: [n, n, n],
      run: (on, [grad], [w, moment1, moment2]) => on.adamStep(w, grad, moment1, moment2, ADAM),
    };
  },
});
