import { ShapeError } from '../core/errors.js';
import { numel, showShape, type Shape } from '../core/shape.js';
import { linear } from '../ops/linear.js';
import { leafOrigin } from '../tensor/origin.js';
import { Tensor } from '../tensor/tensor.js';
import { Conv2d, weightAndBias } from './conv2d.js';
import { constantFiller, msraFiller, orZero } from './init.js';
import type { Module } from './module.js';
import { makeParameter, type ParameterMaker } from './parameter.js';

/** Options of a {@link Linear}. */
export interface LinearOptions {
  /** Numbers per image of the input. */
  readonly inFeatures: number;
  /** Numbers per image of the output. */
  readonly outFeatures: number;
}

/** A fully connected layer. Shapes as in the op {@link linear}. */
export class Linear implements Module {
  /** `[outFeatures, inFeatures]`. */
  readonly weight: Tensor;
  /** `[outFeatures]`. */
  readonly bias: Tensor;

  constructor(maker: ParameterMaker, { inFeatures, outFeatures }: LinearOptions) {
    this.weight = makeParameter(maker, [outFeatures, inFeatures], orZero(msraFiller()));
    this.bias = makeParameter(maker, [outFeatures], constantFiller(0));
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return weightAndBias(this.weight, this.bias);
  }
}

/**
 * The convolution that computes a linear layer of a map: its filters are as large as the map, and on
 * a larger one it computes the layer at every place. It uses the same memory.
 *
 * @param inputShape - The map, `[C, H, W]`, that the layer takes as C·H·W features.
 * @throws {@link ShapeError} if the layer takes another number of them.
 * @see Long, Shelhamer, Darrell, CVPR 2015, §3.1 and figure 2.
 */
export function convolutionize(layer: Linear, inputShape: Shape): Conv2d {
  const [O, I] = layer.weight.shape;
  const [C, H, W] = inputShape;
  if (inputShape.length !== 3 || numel(inputShape) !== I) {
    throw new ShapeError(
      `convolutionize: the layer takes ${String(I)} features, not ${showShape(inputShape)}`,
    );
  }
  return new Conv2d(
    { backend: layer.weight.backend, rng: null },
    {
      inChannels: C,
      outChannels: O,
      kernelSize: [H, W],
      existing: { weight: reshaped(layer.weight, [O, C, H, W]), bias: layer.bias },
    },
  );
}

/** A leaf over the same memory; `shape` has as many elements. */
function reshaped(tensor: Tensor, shape: Shape): Tensor {
  const { backend, requiresGrad } = tensor;
  const data = backend === null ? new Float32Array(0) : tensor.data;
  return new Tensor({ backend, data, origin: leafOrigin('parameter', shape), requiresGrad });
}
