import { createRng } from '../../src/core/rng.js';
import type { Shape } from '../../src/core/shape.js';
import type { Module } from '../../src/nn/module.js';
import { avgPool2d } from '../../src/ops/avg-pool2d.js';
import { channelScale } from '../../src/ops/channel-scale.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { relu } from '../../src/ops/relu.js';
import { reshape } from '../../src/ops/reshape.js';
import { compile } from '../../src/plan/compile.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals } from '../support/arbitraries.js';
import { wasmBackend } from '../support/backends.js';
import { assertSameBits, eagerly, image } from './same-bits.js';

/** A network with a weight `[O, C, 3, 3]` and a bias, compiled and compared for three images. */
async function check(
  [O, C]: readonly [number, number],
  forward: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor,
): Promise<void> {
  const backend = await wasmBackend();
  const mark = backend.mark();
  const shape: Shape = [1, 3, 8, 9];
  const weight = Tensor.from(backend, normals(createRng(6), O * C * 9), [O, C, 3, 3]);
  const bias = Tensor.from(backend, normals(createRng(5), O), [O]);
  const model: Module = {
    forward: (x) => forward(x, weight, bias),
    parameters: () =>
      new Map([
        ['conv.weight', weight],
        ['conv.bias', bias],
      ]),
  };
  {
    using plan = compile(model, shape, { backend });
    const rng = createRng(7);
    for (let n = 0; n < 3; n++) {
      const x = image(rng, shape);
      assertSameBits(plan.run(x), eagerly(backend, model, x, shape));
    }
  }
  backend.release(mark);
}

describe('plans of networks with values that are not maps', () => {
  it('compute layers on several maps of one image', async () => {
    await check([2, 1], (x, weight, bias) => {
      const each = reshape(x, [3, 1, 8, 9]);
      const pooled = maxPool2d(relu(conv2d(each, weight, bias, { padding: 1 })), {
        kernelSize: 2,
        stride: 2,
      });
      return reshape(pooled, [1, 6, 4, 5]);
    });
  });

  it('return several maps of one image as the result', async () => {
    await check([2, 1], (x, weight, bias) => relu(conv2d(reshape(x, [3, 1, 8, 9]), weight, bias)));
  });

  it('scale a map by factors that depend on the image', async () => {
    await check([3, 3], (x, weight, bias) => {
      const map = conv2d(x, weight, bias, { padding: 20 });
      const mean = avgPool2d(x, { kernelSize: [8, 9], stride: 1 });
      return relu(channelScale(map, reshape(mean, [3])));
    });
  });
});
