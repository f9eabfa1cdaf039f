import type { NetworkDefinition } from '../definition/network-definition.js';
import { publishedWidth, type TrunkOptions } from './trunk.js';

/** Filters of a block: of 1×1; of 3×3 and before it; of 5×5 and before it; after the pooling. */
type Inception = readonly [
  name: string,
  one: number,
  reduce3: number,
  three: number,
  reduce5: number,
  five: number,
  pooled: number,
];

const INCEPTIONS: readonly Inception[] = [
  ['3a', 64, 96, 128, 16, 32, 32],
  ['3b', 128, 128, 192, 32, 96, 64],
  ['4a', 192, 96, 208, 16, 48, 64],
  ['4b', 160, 112, 224, 24, 64, 64],
  ['4c', 128, 128, 256, 24, 64, 64],
  ['4d', 112, 144, 288, 32, 64, 64],
  ['4e', 256, 160, 320, 32, 128, 128],
  ['5a', 256, 160, 320, 32, 128, 128],
  ['5b', 384, 192, 384, 48, 128, 128],
];

/** Poolings that halve the maps, by the block before them. */
const HALVED: ReadonlyMap<string, string> = new Map([
  ['3b', 'pool3'],
  ['4e', 'pool4'],
]);

/**
 * Writes GoogLeNet without its average pooling and its classifiers.
 *
 * @returns The last layer, at stride 32.
 * @see Szegedy et al., "Going Deeper with Convolutions", table 1.
 */
export function googLeNet(
  net: NetworkDefinition,
  image: string,
  { width = publishedWidth }: Pick<TrunkOptions, 'width'> = {},
): string {
  const window = { kernelSize: 3, stride: 2 };
  const filtered = (name: string, from: string, filters: number, stride?: number): string => {
    // The name gives the kernel's size, except where it only reduces or projects channels.
    const kernelSize = Number(/\/(\d)x\d(?!_reduce)/.exec(name)?.[1] ?? 1);
    const padding = (kernelSize - 1) / 2;
    const value = net.convolution(name, from, width(filters, name), {
      kernelSize,
      ...(padding > 0 ? { padding } : {}),
      ...(stride === undefined ? {} : { stride }),
    });
    return net.relu(name.replace('/', '/relu_'), value);
  };
  let value = filtered('conv1/7x7_s2', image, 64, 2);
  value = net.lrn('pool1/norm1', net.maxPool('pool1/3x3_s2', value, window));
  value = filtered('conv2/3x3', filtered('conv2/3x3_reduce', value, 64), 192);
  value = net.maxPool('pool2/3x3_s2', net.lrn('conv2/norm2', value), window);
  for (const [name, one, reduce3, three, reduce5, five, pooled] of INCEPTIONS) {
    const block = `inception_${name}`;
    const around = net.maxPool(`${block}/pool`, value, { kernelSize: 3, stride: 1, padding: 1 });
    value = net.concat(`${block}/output`, [
      filtered(`${block}/1x1`, value, one),
      filtered(`${block}/3x3`, filtered(`${block}/3x3_reduce`, value, reduce3), three),
      filtered(`${block}/5x5`, filtered(`${block}/5x5_reduce`, value, reduce5), five),
      filtered(`${block}/pool_proj`, around, pooled),
    ]);
    const pool = HALVED.get(name);
    if (pool !== undefined) value = net.maxPool(`${pool}/3x3_s2`, value, window);
  }
  return value;
}
