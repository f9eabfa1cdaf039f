import assert from 'node:assert/strict';
import { add } from '../../src/ops/add.js';
import { relu } from '../../src/ops/relu.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { softmax } from '../../src/ops/softmax.js';
import { liveness } from '../../src/plan/liveness.js';
import { planOf } from './passes/small-plan.js';

describe('liveness', () => {
  it('lasts from the step that writes a value to the last one that reads it', () => {
    const layers = planOf((x) => {
      const early = sigmoid(x);
      return add(softmax(relu(early)), early);
    });
    assert.deepEqual(
      liveness(layers).map(({ value, first, last }) => [value.name.split(':').at(-1), first, last]),
      [
        ['data', -1, 0],
        ['sigmoid', 0, 3],
        ['relu', 1, 2],
        ['softmax', 2, 3],
        ['add', 3, 4],
      ],
    );
  });

  it('gives the input one life, and a value that nobody reads the step that writes it', () => {
    const layers = planOf((x) => add(sigmoid(x), relu(x)));
    const [unread] = planOf((x) => softmax(x));
    const lives = liveness([{ ...unread, inputs: layers[0].inputs }, ...layers]);
    assert.deepEqual(
      lives.map(({ first, last }) => [first, last]),
      [
        [-1, 2],
        [0, 0],
        [1, 3],
        [2, 3],
        [3, 4],
      ],
    );
    assert.deepEqual(liveness([]), []);
  });
});
