import assert from 'node:assert/strict';
import { add } from '../../../../src/ops/add.js';
import { relu } from '../../../../src/ops/relu.js';
import { sigmoid } from '../../../../src/ops/sigmoid.js';
import { softmax } from '../../../../src/ops/softmax.js';
import type { PlanLayer } from '../../../../src/plan/layers/layers.js';
import { dropDeadBranches } from '../../../../src/plan/layers/passes/dead-branches.js';
import { planOf } from './small-plan.js';

describe('dead-branches', () => {
  const list = planOf((x) => add(relu(sigmoid(x)), softmax(x)));
  const [sigmoidLayer, reluLayer, softmaxLayer] = list.layers;

  it('removes layers on which no output depends', () => {
    const left = (...outputs: readonly PlanLayer[]): readonly PlanLayer[] =>
      dropDeadBranches({ ...list, outputs: outputs.map(({ output }) => output) }).layers;
    assert.deepEqual(left(softmaxLayer), [softmaxLayer]);
    assert.deepEqual(left(reluLayer), [sigmoidLayer, reluLayer]);
    assert.deepEqual(left(softmaxLayer, sigmoidLayer), [sigmoidLayer, softmaxLayer]);
    assert.deepEqual(left(), []);
  });

  it('keeps all other layers', () => {
    assert.deepEqual(dropDeadBranches(list), list);
  });
});
