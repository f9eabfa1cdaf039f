import assert from 'node:assert/strict';
import { add } from '../../../src/ops/add.js';
import { relu } from '../../../src/ops/relu.js';
import { sigmoid } from '../../../src/ops/sigmoid.js';
import { softmax } from '../../../src/ops/softmax.js';
import { dropDeadBranches } from '../../../src/plan/passes/dead-branches.js';
import { planOf } from './small-plan.js';

describe('dead-branches', () => {
  const layers = planOf((x) => add(relu(sigmoid(x)), softmax(x)));
  const [sigmoidLayer, reluLayer, softmaxLayer] = layers;

  it('leaves out what does not lead to the last layer', () => {
    assert.deepEqual(dropDeadBranches([sigmoidLayer, reluLayer, softmaxLayer]), [softmaxLayer]);
    assert.deepEqual(dropDeadBranches([softmaxLayer, sigmoidLayer, reluLayer]), [
      sigmoidLayer,
      reluLayer,
    ]);
  });

  it('keeps what does', () => {
    assert.deepEqual(dropDeadBranches(layers), layers);
    assert.deepEqual(dropDeadBranches([]), []);
  });
});
