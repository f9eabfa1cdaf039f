import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import { createRng } from '../../src/core/rng.js';
import { createNetwork } from '../../src/models/create-network.js';
import { freeze } from '../../src/models/surgery.js';
import { softmaxCrossEntropy } from '../../src/ops/softmax-cross-entropy.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals } from '../support/arbitraries.js';
import { wasmBackend } from '../support/backends.js';

const SPEC = {
  trunk: 'vgg16',
  widths: [4, 4, 4, 4, 4],
  fc6Width: 6,
  fc7Width: 6,
  variant: '8s',
  classes: 3,
  geometry: 'same',
} as const;

async function gradients(learning: 'learned' | 'fixed', frozen?: RegExp): Promise<Set<string>> {
  const backend = await wasmBackend();
  const mark = backend.mark();
  const network = createNetwork(backend, { ...SPEC, upsampling: learning }, { rng: createRng(1) });
  if (frozen) freeze(network, frozen);
  const x = Tensor.from(backend, normals(createRng(2), 3 * 40 * 33), [1, 3, 40, 33]);
  const labels = Uint8Array.from({ length: 40 * 33 }, (_, i) => i % 3);
  backward(softmaxCrossEntropy(network.forward(x), labels));
  const found = new Set<string>();
  for (const [name, tensor] of network.parameters()) {
    if (tensor.hasGrad && tensor.grad.some((value) => value !== 0)) found.add(name);
  }
  backend.release(mark);
  return found;
}

describe('a network whose scores start at zero', () => {
  const scores = ['score_fr', 'score_pool4', 'score_pool3'];
  const expected = scores.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);

  it('gives zeros', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const network = createNetwork(backend, SPEC, { rng: createRng(1) });
    const x = Tensor.from(backend, normals(createRng(2), 3 * 9 * 9), [1, 3, 9, 9]);
    assert(noGrad(() => network.forward(x)).data.every((score) => score === 0));
    backend.release(mark);
  });

  it('changes only its score layers in the first step', async () => {
    assert.deepEqual(await gradients('learned'), new Set(expected));
    assert.deepEqual(await gradients('fixed'), new Set(expected));
  });

  it('does not change those that are frozen', async () => {
    assert.deepEqual(await gradients('learned', /^score_pool/), new Set(expected.slice(0, 2)));
  });
});
