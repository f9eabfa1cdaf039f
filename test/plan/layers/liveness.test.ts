import assert from 'node:assert/strict';
import { add } from '../../../src/ops/add.js';
import { relu } from '../../../src/ops/relu.js';
import { sigmoid } from '../../../src/ops/sigmoid.js';
import { softmax } from '../../../src/ops/softmax.js';
import { liveness } from '../../../src/plan/layers/liveness.js';
import { planOf } from './passes/small-plan.js';

describe('liveness', () => {
  it('lasts from the step that writes a value to the last one that reads it', () => {
    const list = planOf((x) => {
      const early = sigmoid(x);
      return add(softmax(relu(early)), early);
    });
    assert.deepEqual(
      liveness(list).map(({ value, first, last }) => [value.name.split(':').at(-1), first, last]),
      [
        ['data', -1, 0],
        ['sigmoid', 0, 3],
        ['relu', 1, 2],
        ['softmax', 2, 3],
        ['add', 3, 4],
      ],
    );
  });

  it('gives the input one lifetime, and a value without readers the step that writes it', () => {
    const list = planOf((x) => add(sigmoid(x), relu(x)));
    const [unread] = planOf((x) => softmax(x)).layers;
    const layers = [{ ...unread, inputs: list.inputs }, ...list.layers];
    const lives = liveness({ ...list, layers });
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
  });

  it('keeps outputs to the end, and inputs without readers only while they are written', () => {
    const list = planOf((x) => relu(sigmoid(x)));
    const unread = { name: 'unread', shape: [1] };
    const [early] = list.layers;
    const lives = liveness({
      ...list,
      ...{ inputs: [...list.inputs, unread], outputs: [early.output, ...list.outputs] },
    });
    assert.deepEqual(
      lives.map(({ first, last }) => [first, last]),
      [
        [-1, 0],
        [-1, -1],
        [0, 2],
        [1, 2],
      ],
    );
  });
});
