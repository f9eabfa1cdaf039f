import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { createRng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { NetworkSpec } from '../../src/models/network-spec.js';
import { Tensor } from '../../src/tensor/tensor.js';

const SPEC: NetworkSpec = {
  trunk: 'vgg16',
  widths: [16, 8, 8, 8, 8],
  fc6Width: 8,
  fc7Width: 8,
  variant: '8s',
  classes: 3,
  geometry: 'authors',
};

describe('memory of a forward pass', () => {
  it('peaks at the two largest neighbouring maps, and ends with the scores alone', async () => {
    const backend = await createWasmBackend({ capacityBytes: 2 ** 28 });
    const network = createNetwork(backend, SPEC, { rng: createRng(1) });
    const x = Tensor.zeros(backend, [1, 3, 100, 120]);
    const before = backend.arena.liveBytes();
    const y = noGrad(() => network.forward(x));
    assert.equal(backend.arena.liveBytes() - before, bytes(y.shape));
    // Largest pair: conv1_1 and relu1_1, 16 maps of 298 × 318. A seventh on top for what kernels borrow.
    const pair = 2 * bytes([16, 298, 318]);
    const peak = backend.arena.highWaterBytes - before;
    assert(peak < 1.15 * pair, `${String(peak)} of ${String(pair)}`);
  });

  it('is far below 1 GB beyond the weights for FCN-8s at 500 × 500: by its shapes', () => {
    const network = createNetwork(null, { ...SPEC, widths: [64, 128, 256, 512, 512], classes: 21 });
    const shapes = [...network.forwardNamed(Tensor.dry([1, 3, 500, 500])).values()].map(
      ({ shape }) => shape,
    );
    const pairs = shapes.slice(1).map((shape, i) => bytes(shape) + bytes(shapes[i]));
    assert.equal(Math.max(...pairs), 2 * bytes([64, 698, 698]));
    assert(Math.max(...pairs) < 0.25 * 2 ** 30);
  });

  it('of 30 recorded steps is that of one', async () => {
    const backend = await createWasmBackend({ capacityBytes: 2 ** 26 });
    const same = { ...SPEC, geometry: 'same', scoreInit: 'gaussian' } as const;
    const network = createNetwork(backend, same, { rng: createRng(1) });
    const gradients = [...network.parameters().values()].map(({ grad }) => grad);
    assert(gradients.length > 0);
    let after = 0;
    for (let i = 0; i < 30; i++) {
      const mark = backend.mark();
      const x = Tensor.from(backend, new Array<number>(3 * 99).fill(i), [1, 3, 9, 11]);
      const y = network.forward(x);
      backward(y, new Array<number>(numel(y.shape)).fill(1));
      backend.release(mark);
      if (i === 0) after = backend.arena.highWaterBytes;
    }
    assert.equal(backend.arena.highWaterBytes, after);
  });
});

function bytes(shape: readonly number[]): number {
  return Math.max(64, Math.ceil((4 * numel(shape)) / 64) * 64);
}
