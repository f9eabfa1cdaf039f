import type { ConvAttrs } from '../../src/backend/attributes.js';
import type { Shape } from '../../src/core/shape.js';
import { casesOf, type Layer } from './layers.js';
import type { Case } from './runner.js';

interface Linear extends Layer {
  readonly features: number;
  readonly outputs: number;
}

/** VGG16's classifier on one image: `size` is the batch. */
const LAYERS: readonly Linear[] = [
  { name: 'fc7 of one image', features: 4096, outputs: 4096, size: 1 },
  { name: 'fc8 of 16 images', features: 4096, outputs: 1000, size: 16, referenceSize: 4 },
];

const POINTWISE: ConvAttrs = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };

function shapesOf({ features, outputs, size }: Linear): [x: Shape, w: Shape] {
  return [
    [size, features, 1, 1],
    [outputs, features, 1, 1],
  ];
}

/** FLOPs: a product and a sum for each image and each weight, in all three passes. */
export const cases: readonly Case[] = casesOf(LAYERS, {
  forward: (layer) => {
    const { features, outputs, size } = layer;
    const [xShape, wShape] = shapesOf(layer);
    return {
      flops: 2 * size * outputs * features,
      inputs: [size * features, outputs * features, outputs],
      outputs: [size * outputs],
      run: (on, [x, w, bias], [y]) => on.conv2d(x, xShape, w, wShape, bias, POINTWISE, y),
    };
  },
  'gradient of x': (layer) => {
    const { features, outputs, size } = layer;
    const [xShape, wShape] = shapesOf(layer);
    return {
      flops: 2 * size * outputs * features,
      inputs: [size * outputs, outputs * features],
      outputs: [size * features],
      run: (on, [gradY, w], [gradX]) =>
        on.conv2dBackwardInput(gradY, w, wShape, POINTWISE, gradX, xShape),
    };
  },
  'gradient of w': (layer) => {
    const { features, outputs, size } = layer;
    const [xShape, wShape] = shapesOf(layer);
    return {
      flops: 2 * size * outputs * features,
      inputs: [size * features, size * outputs],
      outputs: [outputs * features],
      run: (on, [x, gradY], [gradW]) =>
        on.conv2dBackwardWeight(x, xShape, gradY, POINTWISE, gradW, wShape),
    };
  },
});
