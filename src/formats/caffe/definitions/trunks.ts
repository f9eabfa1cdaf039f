import type { NetBuilder } from './net-builder.js';

/** The channels of a layer, of those in the paper: fewer for a narrow network. */
export type Width = (channels: number) => number;

/** The padding that lets images of any size through. */
const PADDING = 100;

/** Filters of the convolutions of each stage. */
const VGG16_STAGES: readonly (readonly [filters: number, layers: number])[] = [
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
];
const FEATURES = 4096;

/** What names the layers of a trunk, where there are two, or where the first is another. */
export interface TrunkNames {
  /** Behind the name of every layer. */
  readonly suffix?: string;
  /** Behind the name of the first layer alone. */
  readonly firstSuffix?: string;
}

/**
 * VGG16 with its fully connected layers as convolutions.
 *
 * @returns The blob of the last layer.
 * @see Simonyan, Zisserman, "Very Deep Convolutional Networks", configuration D.
 */
export function vgg16(net: NetBuilder, data: string, width: Width, names: TrunkNames = {}): string {
  const { suffix = '', firstSuffix = '' } = names;
  let blob = data;
  VGG16_STAGES.forEach(([filters, layers], i) => {
    for (let j = 1; j <= layers; j++) {
      const id = `${String(i + 1)}_${String(j)}`;
      const isFirst = i === 0 && j === 1;
      const name = `conv${id}${isFirst ? firstSuffix : ''}${suffix}`;
      const padding = isFirst ? PADDING : 1;
      blob = net.convolution(name, blob, width(filters), { kernelSize: 3, padding });
      net.relu(`relu${id}${suffix}`, blob);
    }
    blob = net.maxPool(`pool${String(i + 1)}${suffix}`, blob, { kernelSize: 2, stride: 2 });
  });
  return features(net, blob, width, { suffix, kernelSize: 7 });
}

/**
 * CaffeNet, which pools before it normalises, with its fully connected layers as convolutions.
 *
 * @see Krizhevsky, Sutskever, Hinton, NIPS 2012; Caffe's bvlc_reference_caffenet.
 */
export function caffeNet(net: NetBuilder, data: string, width: Width): string {
  const window = { kernelSize: 3, stride: 2 };
  net.learn('plain');
  let blob = net.convolution('conv1', data, width(96), {
    kernelSize: 11,
    stride: 4,
    padding: PADDING,
  });
  blob = net.lrn('norm1', net.maxPool('pool1', net.relu('relu1', blob), window));
  blob = net.convolution('conv2', blob, width(256), { kernelSize: 5, padding: 2, groups: 2 });
  blob = net.lrn('norm2', net.maxPool('pool2', net.relu('relu2', blob), window));
  blob = net.convolution('conv3', blob, width(384), { kernelSize: 3, padding: 1 });
  net.relu('relu3', blob);
  blob = net.convolution('conv4', blob, width(384), { kernelSize: 3, padding: 1, groups: 2 });
  net.relu('relu4', blob);
  blob = net.convolution('conv5', blob, width(256), { kernelSize: 3, padding: 1, groups: 2 });
  blob = net.maxPool('pool5', net.relu('relu5', blob), window);
  blob = features(net, blob, width, { suffix: '', kernelSize: 6 });
  net.learn('doubled-bias');
  return blob;
}

/** The two layers that were fully connected. */
function features(
  net: NetBuilder,
  from: string,
  width: Width,
  { suffix, kernelSize }: { readonly suffix: string; readonly kernelSize: number },
): string {
  const fc6 = net.convolution(`fc6${suffix}`, from, width(FEATURES), { kernelSize });
  net.dropout(`drop6${suffix}`, net.relu(`relu6${suffix}`, fc6));
  const fc7 = net.convolution(`fc7${suffix}`, fc6, width(FEATURES), { kernelSize: 1 });
  return net.dropout(`drop7${suffix}`, net.relu(`relu7${suffix}`, fc7));
}

/** Of each block: filters of 1×1; of 3×3 and before; of 5×5 and before; behind the pooling. */
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
/** Blocks behind which the maps are halved. */
const HALVED: ReadonlyMap<string, string> = new Map([
  ['3b', 'pool3'],
  ['4e', 'pool4'],
]);

/**
 * GoogLeNet without its average pooling and its classifiers.
 *
 * @see Szegedy et al., "Going Deeper with Convolutions", table 1.
 */
export function googLeNet(net: NetBuilder, data: string, width: Width): string {
  const window = { kernelSize: 3, stride: 2 };
  const filtered = (name: string, from: string, filters: number, stride?: number): string => {
    // The name says it, but for what only reduces or projects channels.
    const kernelSize = Number(/\/(\d)x\d(?!_reduce)/.exec(name)?.[1] ?? 1);
    const padding = (kernelSize - 1) / 2;
    const blob = net.convolution(name, from, width(filters), {
      kernelSize,
      ...(padding > 0 ? { padding } : {}),
      ...(stride === undefined ? {} : { stride }),
    });
    return net.relu(name.replace('/', '/relu_'), blob);
  };
  let blob = filtered('conv1/7x7_s2', data, 64, 2);
  blob = net.lrn('pool1/norm1', net.maxPool('pool1/3x3_s2', blob, window));
  blob = filtered('conv2/3x3', filtered('conv2/3x3_reduce', blob, 64), 192);
  blob = net.maxPool('pool2/3x3_s2', net.lrn('conv2/norm2', blob), window);
  for (const [name, one, reduce3, three, reduce5, five, pooled] of INCEPTIONS) {
    const block = `inception_${name}`;
    const around = net.maxPool(`${block}/pool`, blob, { kernelSize: 3, stride: 1, padding: 1 });
    blob = net.concat(`${block}/output`, [
      filtered(`${block}/1x1`, blob, one),
      filtered(`${block}/3x3`, filtered(`${block}/3x3_reduce`, blob, reduce3), three),
      filtered(`${block}/5x5`, filtered(`${block}/5x5_reduce`, blob, reduce5), five),
      filtered(`${block}/pool_proj`, around, pooled),
    ]);
    const pool = HALVED.get(name);
    if (pool !== undefined) blob = net.maxPool(`${pool}/3x3_s2`, blob, window);
  }
  return blob;
}
