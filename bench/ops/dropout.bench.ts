import { casesOf, numbersIn, type Maps } from './layers.js';
import type { Case } from './runner.js';

/** Maps at the position of fc6: VGG16 at 500 pixels with padding 100, SqueezeNet at 224. */
const DEEPEST: readonly Maps[] = [
  { name: 'drop6', channels: 4096, size: 16, referenceSize: 4 },
  { name: 'drop6 of SqueezeNet', channels: 256, size: 7 },
];

/**
 * Product with a mask that was drawn before.
 *
 * Bytes: x and mask read, y read and written; forward also writes zeros first.
 */
export const cases: readonly Case[] = casesOf(DEEPEST, {
  forward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 20 * n,
      inputs: [n, n],
      outputs: [n],
      run(on, [x, mask], [y]) {
        y.fill(0);
        on.addProduct(x, mask, y);
      },
    };
  },
  backward: (maps) => {
    const n = numbersIn(maps);
    return {
      bytes: 16 * n,
      inputs: [n, n],
      outputs: [n],
      run: (on, [gradY, mask], [gradX]) => on.addProduct(gradY, mask, gradX),
    };
  },
});
