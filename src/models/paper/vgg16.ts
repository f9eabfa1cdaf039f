import type { NetworkDefinition } from '../definition/network-definition.js';
import {
  AUTHORS_PADDING,
  fullyConnected,
  publishedWidth,
  type Trunk,
  type TrunkOptions,
} from './trunk.js';

/** Filters and convolutions of each of the five stages. */
export const VGG16_STAGES: readonly (readonly [filters: number, convolutions: number])[] = [
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
];

/** Writes the 3×3 convolutions of VGG16 with their rectifiers and poolings: conv1_1 to pool5. */
export function vgg16Features(
  net: NetworkDefinition,
  image: string,
  firstPadding: number,
  options: TrunkOptions = {},
): string {
  const { width = publishedWidth, suffix = '', firstSuffix = '' } = options;
  let value = image;
  VGG16_STAGES.forEach(([filters, convolutions], i) => {
    const stage = String(i + 1);
    for (let j = 1; j <= convolutions; j++) {
      const id = `${stage}_${String(j)}`;
      const isFirst = id === '1_1';
      const name = `conv${id}${isFirst ? firstSuffix : ''}${suffix}`;
      const padding = isFirst ? firstPadding : 1;
      const channels = width(filters, `conv${id}`);
      value = net.convolution(name, value, channels, { kernelSize: 3, padding });
      value = net.relu(`relu${id}${suffix}`, value);
    }
    value = net.maxPool(`pool${stage}${suffix}`, value, { kernelSize: 2, stride: 2 });
  });
  return value;
}

/**
 * Writes VGG16: thirteen 3×3 convolutions in five stages, then fc6 (7×7) and fc7 (1×1).
 *
 * @see Simonyan, Zisserman, "Very Deep Convolutional Networks", configuration D; names and rounding as in the
 *   authors' FCN files.
 */
export function vgg16(net: NetworkDefinition, image: string, options: TrunkOptions = {}): Trunk {
  const { suffix = '', geometry = 'authors' } = options;
  const firstPadding = geometry === 'authors' ? AUTHORS_PADDING : 1;
  const pool5 = vgg16Features(net, image, firstPadding, options);
  return {
    stride8: `pool3${suffix}`,
    stride16: `pool4${suffix}`,
    stride32: fullyConnected(net, pool5, options, { kernelSize: 7 }),
  };
}
