import type { ConvAttrs } from '../../src/backend/attributes.js';
import { convOutputSize } from '../../src/backend/conv-size.js';
import { numel, type Shape } from '../../src/core/shape.js';
import { casesOf, type Maps } from './layers.js';
import type { Case } from './runner.js';

interface Convolution extends Maps {
  readonly outputs: number;
  readonly kernelSize: number;
  readonly stride?: number;
}

/** Layers of FCN-8s VGG16 at 500 pixels with padding 100, and of SqueezeNet 1.1 at 224. */
// prettier-ignore
const LAYERS: readonly Convolution[] = [
  { name: 'conv3_2', channels: 256, outputs: 256, kernelSize: 3, size: 175, referenceSize: 4 },
  { name: 'conv5_2', channels: 512, outputs: 512, kernelSize: 3, size: 44, referenceSize: 2 },
  { name: 'fc7', channels: 4096, outputs: 4096, kernelSize: 1, size: 16, referenceSize: 1 },
  { name: 'score_fr', channels: 4096, outputs: 21, kernelSize: 1, size: 16, referenceSize: 4 },
  { name: 'conv1 of SqueezeNet', channels: 3, outputs: 64, kernelSize: 3, stride: 2, size: 224, referenceSize: 64 },
  { name: 'fire2 squeeze1x1', channels: 64, outputs: 16, kernelSize: 1, size: 56, referenceSize: 28 },
  { name: 'fire2 expand3x3', channels: 16, outputs: 64, kernelSize: 3, size: 56, referenceSize: 14 },
  { name: 'fire9 expand3x3', channels: 64, outputs: 256, kernelSize: 3, size: 14, referenceSize: 4 },
];

interface Geometry {
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
  readonly attrs: ConvAttrs;
  readonly flops: number;
}

/** FLOPs: a product and a sum for each output and each of its weights, in all three passes. */
function geometryOf({ channels, outputs, kernelSize, size, ...layer }: Convolution): Geometry {
  const stride = layer.stride ?? 1;
  const padding = Math.floor(kernelSize / 2);
  const attrs: ConvAttrs = {
    stride: [stride, stride],
    padding: [padding, padding],
    dilation: [1, 1],
    groups: 1,
  };
  const out = convOutputSize(size, kernelSize, attrs, 0);
  const w = [outputs, channels, kernelSize, kernelSize];
  const y = [1, outputs, out, out];
  return { x: [1, channels, size, size], w, y, attrs, flops: 2 * numel(w) * out ** 2 };
}

export const cases: readonly Case[] = casesOf(LAYERS, {
  forward: (layer) => {
    const { x: xShape, w: wShape, y: yShape, attrs, flops } = geometryOf(layer);
    return {
      flops,
      inputs: [numel(xShape), numel(wShape), layer.outputs],
      outputs: [numel(yShape)],
      run: (on, [x, w, bias], [y]) => on.conv2d(x, xShape, w, wShape, bias, attrs, y),
    };
  },
  'gradient of x': (layer) => {
    const { x: xShape, w: wShape, y: yShape, attrs, flops } = geometryOf(layer);
    return {
      flops,
      inputs: [numel(yShape), numel(wShape)],
      outputs: [numel(xShape)],
      run: (on, [gradY, w], [gradX]) =>
        on.conv2dBackwardInput(gradY, w, wShape, attrs, gradX, xShape),
    };
  },
  'gradient of w': (layer) => {
    const { x: xShape, w: wShape, y: yShape, attrs, flops } = geometryOf(layer);
    return {
      flops,
      inputs: [numel(xShape), numel(yShape)],
      outputs: [numel(wShape)],
      run: (on, [x, gradY], [gradW]) =>
        on.conv2dBackwardWeight(x, xShape, gradY, attrs, gradW, wShape),
    };
  },
});
