import type { ConvAttrs } from '../../src/backend/attributes.js';
import { convTransposeOutputSize } from '../../src/backend/conv-size.js';
import { numel, type Shape } from '../../src/core/shape.js';
import { casesOf, type Maps } from './layers.js';
import type { Case } from './runner.js';

interface Upsampling extends Maps {
  readonly stride: number;
  /** True for one kernel per class, without connections between classes. */
  readonly grouped?: boolean;
}

/** Layers of FCN-8s at 500 pixels with padding 100: kernels of twice the stride, dense as published. */
const LAYERS: readonly Upsampling[] = [
  { name: 'upscore2', channels: 21, stride: 2, size: 16, referenceSize: 8 },
  { name: 'upscore8', channels: 21, stride: 8, size: 70, referenceSize: 4 },
  {
    name: 'upscore8 by class',
    channels: 21,
    stride: 8,
    size: 70,
    referenceSize: 16,
    grouped: true,
  },
];

interface Geometry {
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
  readonly attrs: ConvAttrs;
  readonly flops: number;
}

/** FLOPs: a product and a sum for each input and each weight of its window, in all three passes. */
function geometryOf({ channels, stride, grouped, size }: Upsampling): Geometry {
  const groups = grouped === true ? channels : 1;
  const attrs: ConvAttrs = { stride: [stride, stride], padding: [0, 0], dilation: [1, 1], groups };
  const out = convTransposeOutputSize(size, 2 * stride, attrs, 0);
  const w = [channels, channels / groups, 2 * stride, 2 * stride];
  const x = [1, channels, size, size];
  return { x, w, y: [1, channels, out, out], attrs, flops: 2 * numel(w) * size ** 2 };
}

export const cases: readonly Case[] = casesOf(LAYERS, {
  forward: (layer) => {
    const { x: xShape, w: wShape, y: yShape, attrs, flops } = geometryOf(layer);
    return {
      flops,
      inputs: [numel(xShape), numel(wShape)],
      outputs: [numel(yShape)],
      run: (on, [x, w], [y]) => on.convTranspose2d(x, xShape, w, wShape, null, attrs, y),
    };
  },
  'gradient of x': (layer) => {
    const { x: xShape, w: wShape, y: yShape, attrs, flops } = geometryOf(layer);
    return {
      flops,
      inputs: [numel(yShape), numel(wShape)],
      outputs: [numel(xShape)],
      run: (on, [gradY, w], [gradX]) =>
        on.convTranspose2dBackwardInput(gradY, w, wShape, attrs, gradX, xShape),
    };
  },
  'gradient of w': (layer) => {
    const { x: xShape, w: wShape, y: yShape, attrs, flops } = geometryOf(layer);
    return {
      flops,
      inputs: [numel(xShape), numel(yShape)],
      outputs: [numel(wShape)],
      run: (on, [x, gradY], [gradW]) =>
        on.convTranspose2dBackwardWeight(x, xShape, gradY, attrs, gradW, wShape),
    };
  },
});
