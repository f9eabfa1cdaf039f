import { Lrn } from '../nn/lrn.js';
import { MaxPool2d } from '../nn/max-pool2d.js';
import type { Module, NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { crop } from '../ops/crop.js';
import type { Tensor } from '../tensor/tensor.js';
import type { CompleteSpec, Geometry } from './network-spec.js';
import { AUTHORS_PADDING, convRelu, fullyConnected, halfOf, type Trunk } from './trunk.js';

/** Kernel, stride, groups of the five convolutions. */
const CONVOLUTIONS = [
  { kernelSize: 11, stride: 4, groups: 1 },
  { kernelSize: 5, stride: 1, groups: 2 },
  { kernelSize: 3, stride: 1, groups: 1 },
  { kernelSize: 3, stride: 1, groups: 2 },
  { kernelSize: 3, stride: 1, groups: 2 },
];

/** Layers after which the map is pooled, and then normalised, the last one aside. */
const POOLED = [1, 2, 5];

/**
 * CaffeNet, the AlexNet of Caffe: pooling before normalisation; then fc6 (6×6) and fc7 (1×1).
 *
 * In the `same` geometry an even kernel cannot keep the extent: fc6, padded by 3, gives one row and
 * column too many, and {@link DropFirst} takes the first ones, which saw the most padding.
 *
 * @see Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep CNNs"; names and order as in
 *   the authors' FCN-AlexNet.
 */
export function caffenetTrunk(maker: ParameterMaker, spec: CompleteSpec): Trunk {
  const { widths, geometry } = spec;
  const layers: NamedModule[] = [];
  CONVOLUTIONS.forEach((convolution, i) => {
    const number = i + 1;
    const padding =
      i === 0 && geometry === 'authors' ? AUTHORS_PADDING : halfOf(convolution.kernelSize);
    const inChannels = i === 0 ? 3 : widths[i - 1];
    const options = { ...convolution, inChannels, outChannels: widths[i], padding };
    layers.push(...convRelu(maker, `conv${String(number)}`, `relu${String(number)}`, options));
    if (POOLED.includes(number)) layers.push([`pool${String(number)}`, pooling(geometry)]);
    if (number <= 2) {
      layers.push([`norm${String(number)}`, new Lrn({ size: 5, alpha: 1e-4, beta: 0.75, k: 1 })]);
    }
  });
  const between: NamedModule[] = geometry === 'same' ? [['fc6c', new DropFirst()]] : [];
  return {
    layers: [
      ...layers,
      ...fullyConnected(maker, spec, { inChannels: widths[4], kernelSize: 6, between }),
    ],
    stride8: { layer: 'relu2', channels: widths[1] },
    stride16: { layer: 'relu5', channels: widths[4] },
    stride32: { layer: 'drop7', channels: spec.fc7Width },
  };
}

function pooling(geometry: Geometry): MaxPool2d {
  const window = { kernelSize: 3, stride: 2 };
  return new MaxPool2d(
    geometry === 'same'
      ? { ...window, padding: 1, rounding: 'floor' }
      : { ...window, padding: 0, rounding: 'ceil' },
  );
}

/** Cuts off the first row and column: `[N, C, H, W]` to `[N, C, H − 1, W − 1]`. */
class DropFirst implements Module {
  forward(x: Tensor): Tensor {
    return crop(x, [1, 1], [x.shape[2] - 1, x.shape[3] - 1]);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map();
  }
}
