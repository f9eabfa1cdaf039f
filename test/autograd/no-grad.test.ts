import assert from 'node:assert/strict';
import { isRecording, noGrad } from '../../src/autograd/no-grad.js';
import { relu } from '../../src/ops/relu.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference64 } from '../support/backends.js';

describe('noGrad', () => {
  it('returns what the function returns, whose ops recorded nothing', () => {
    const w = Tensor.from(reference64, [1, -1], [2], { requiresGrad: true });
    const y = noGrad(() => relu(w));
    assert.deepEqual([...y.data], [1, 0]);
    assert.deepEqual([y.creator, y.requiresGrad], [null, false]);
    assert.deepEqual(y.origin.inputs, [w.origin], 'the graph is built all the same');
    assert.notEqual(relu(w).creator, null);
  });

  it('nests, and ends with an error too', () => {
    const seen = noGrad(() => [noGrad(isRecording), isRecording()]);
    assert.deepEqual([...seen, isRecording()], [false, false, true]);
    assert.throws(
      () =>
        noGrad(() => {
          throw new RangeError('inside');
        }),
      RangeError,
    );
    assert.equal(isRecording(), true);
  });
});
