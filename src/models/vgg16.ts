import { MaxPool2d } from '../nn/max-pool2d.js';
import type { NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import type { CompleteSpec } from './network-spec.js';
import { AUTHORS_PADDING, convRelu, fullyConnected, type Trunk } from './trunk.js';

/** Convolutions in each of the five stages. */
const DEPTHS = [2, 2, 3, 3, 3];

/** The 3×3 convolutions of VGG16 with their rectifiers and poolings: conv1_1 to pool5. */
export function vgg16Features(
  maker: ParameterMaker,
  widths: readonly number[],
  firstPadding: number,
): NamedModule[] {
  let inChannels = 3;
  return DEPTHS.flatMap((depth, i) => {
    const stage = String(i + 1);
    const layers: NamedModule[] = [];
    for (let j = 1; j <= depth; j++) {
      const name = `${stage}_${String(j)}`;
      const padding = name === '1_1' ? firstPadding : 1;
      const options = { inChannels, outChannels: widths[i], kernelSize: 3, padding };
      layers.push(...convRelu(maker, `conv${name}`, `relu${name}`, options));
      inChannels = widths[i];
    }
    layers.push([`pool${stage}`, new MaxPool2d({ kernelSize: 2, stride: 2, rounding: 'ceil' })]);
    return layers;
  });
}

/**
 * VGG16: thirteen 3×3 convolutions in five stages, then fc6 (7×7) and fc7 (1×1).
 *
 * @see Simonyan, Zisserman, "Very Deep Convolutional Networks", configuration D; names and rounding
 *   as in the authors' FCN files.
 */
export function vgg16Trunk(maker: ParameterMaker, spec: CompleteSpec): Trunk {
  const { widths } = spec;
  const firstPadding = spec.geometry === 'authors' ? AUTHORS_PADDING : 1;
  return {
    layers: [
      ...vgg16Features(maker, widths, firstPadding),
      ...fullyConnected(maker, spec, { inChannels: widths[4], kernelSize: 7 }),
    ],
    stride8: { layer: 'pool3', channels: widths[2] },
    stride16: { layer: 'pool4', channels: widths[3] },
    stride32: { layer: 'drop7', channels: spec.fc7Width },
  };
}
