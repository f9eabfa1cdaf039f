import { Conv2d } from '../nn/conv2d.js';
import { ForwardPass } from '../nn/forward-pass.js';
import type { Module } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { concat } from '../ops/concat.js';
import { relu } from '../ops/relu.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * A fire module: few channels by 1×1, then many again, half of them by 1×1 and half by 3×3.
 *
 * `[N, C, H, W]` to `[N, 2·expand, H, W]`.
 *
 * @see Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", §3.2.
 */
export class Fire implements Module {
  readonly #squeeze1x1: Conv2d;
  readonly #expand1x1: Conv2d;
  readonly #expand3x3: Conv2d;

  constructor(maker: ParameterMaker, inChannels: number, squeeze: number, expand: number) {
    const wide = { inChannels: squeeze, outChannels: expand };
    this.#squeeze1x1 = new Conv2d(maker, { inChannels, outChannels: squeeze, kernelSize: 1 });
    this.#expand1x1 = new Conv2d(maker, { ...wide, kernelSize: 1 });
    this.#expand3x3 = new Conv2d(maker, { ...wide, kernelSize: 3, padding: 1 });
  }

  forward(x: Tensor): Tensor {
    const pass = new ForwardPass(x);
    const rectified = (layer: Conv2d, input: Tensor): Tensor => {
      const y = pass.made(undefined, layer.forward(input), input);
      return pass.made(undefined, relu(y), y);
    };
    const squeezed = rectified(this.#squeeze1x1, x);
    pass.pin(squeezed);
    const narrow = rectified(this.#expand1x1, squeezed);
    pass.unpin(squeezed);
    const wide = rectified(this.#expand3x3, squeezed);
    return pass.made(undefined, concat([narrow, wide]), narrow, wide);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    const parameters = new Map<string, Tensor>();
    const parts = {
      squeeze1x1: this.#squeeze1x1,
      expand1x1: this.#expand1x1,
      expand3x3: this.#expand3x3,
    };
    for (const [part, conv] of Object.entries(parts)) {
      for (const [name, tensor] of conv.parameters()) parameters.set(`/${part}.${name}`, tensor);
    }
    return parameters;
  }
}
