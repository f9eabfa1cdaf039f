import { FcnError } from '../../../core/errors.js';
import type { Pair } from '../../../core/shape.js';
import type { CaffeMessage } from '../../../io/caffe/message.js';
import { NetBuilder, type Purpose } from './net-builder.js';
import { caffeNet, googLeNet, vgg16, type Width } from './trunks.js';

/** How fine the prediction is, in pixels per step of the last fused layer. */
type Stride = 32 | 16 | 8;

/** One prediction of a network: what its layers' names end with, and its classes. */
interface Head {
  readonly suffix: string;
  readonly classes: number;
}

/** What makes one of the official networks. */
interface Official {
  readonly stride: Stride;
  readonly heads: readonly Head[];
  /** True if all skips are learned at once, behind fixed scales. */
  readonly atOnce?: boolean;
  /** Images it sees, other than one of three channels. */
  readonly inputs?: 'color-depth' | 'color-hha';
  /** Default VGG16. */
  readonly trunk?: 'caffenet' | 'googlenet';
}

const VOC: readonly Head[] = [{ suffix: '', classes: 21 }];
const CONTEXT: readonly Head[] = [{ suffix: '', classes: 60 }];
const NYUD: readonly Head[] = [{ suffix: '', classes: 40 }];
const SIFT_FLOW: readonly Head[] = [
  { suffix: '_sem', classes: 33 },
  { suffix: '_geo', classes: 3 },
];

const NETWORKS: ReadonlyMap<string, Official> = new Map<string, Official>([
  ['voc-fcn32s', { stride: 32, heads: VOC }],
  ['voc-fcn16s', { stride: 16, heads: VOC }],
  ['voc-fcn8s', { stride: 8, heads: VOC }],
  ['voc-fcn8s-atonce', { stride: 8, heads: VOC, atOnce: true }],
  ['voc-fcn-alexnet', { stride: 32, heads: VOC, trunk: 'caffenet' }],
  ['pascalcontext-fcn32s', { stride: 32, heads: CONTEXT }],
  ['pascalcontext-fcn16s', { stride: 16, heads: CONTEXT }],
  ['pascalcontext-fcn8s', { stride: 8, heads: CONTEXT }],
  ['siftflow-fcn32s', { stride: 32, heads: SIFT_FLOW }],
  ['siftflow-fcn16s', { stride: 16, heads: SIFT_FLOW }],
  ['siftflow-fcn8s', { stride: 8, heads: SIFT_FLOW }],
  ['nyud-fcn32s-color', { stride: 32, heads: NYUD }],
  ['nyud-fcn32s-hha', { stride: 32, heads: NYUD }],
  ['nyud-fcn32s-color-d', { stride: 32, heads: NYUD, inputs: 'color-depth' }],
  ['nyud-fcn32s-color-hha', { stride: 32, heads: NYUD, inputs: 'color-hha' }],
  // Ours: the paper's own was announced and never published.
  ['ours-fcn-googlenet', { stride: 32, heads: VOC, trunk: 'googlenet' }],
]);

/** Names of the fifteen networks that were published as prototxt, and of our FCN-GoogLeNet. */
export const DEFINED_NETWORKS: readonly string[] = [...NETWORKS.keys()];

/** How a network is described. */
export interface DefinitionOptions {
  /** Default `deploy`: without dropout and losses. */
  readonly purpose?: Purpose;
  /** Channels in place of the paper's; default the paper's. */
  readonly width?: Width;
  /** Height and width that the inputs say; default 500 by 500. */
  readonly size?: Pair;
}

/** Factors in front of the skips of the network that learns them at once. */
const SCALES: ReadonlyMap<string, number> = new Map([
  ['pool4', 1e-2],
  ['pool3', 1e-4],
]);

/**
 * The description of a network of the paper, as it was published, or of our FCN-GoogLeNet.
 *
 * Data come in through Input layers. Print it with {@link printTextFormat}, or build it with
 * {@link buildCaffeNetwork}.
 *
 * @throws {@link FcnError} for a name that is none of {@link DEFINED_NETWORKS}.
 * @see Long, Shelhamer, Darrell, CVPR 2015, §4; Shelhamer, Long, Darrell, PAMI 2017.
 */
export function defineNetwork(name: string, options: DefinitionOptions = {}): CaffeMessage {
  const official = NETWORKS.get(name);
  if (!official) throw new FcnError(`no network ${name}; there are ${DEFINED_NETWORKS.join(', ')}`);
  const { purpose = 'deploy', width = fullWidth, size = USUAL_SIZE } = options;
  const net = new NetBuilder(name, purpose);
  addInputs(net, official, size);
  const deepest =
    official.inputs === 'color-hha' ? addLateFusion(net, width) : addTrunk(net, official, width);
  for (const head of official.heads) {
    if (official.inputs !== 'color-hha') addHead(net, official, head, deepest);
    const loss = head.suffix === '_geo' ? 'loss_geo' : 'loss';
    const normalize = official.trunk === 'caffenet';
    net.loss(loss, `score${head.suffix}`, labelsOf(head), normalize);
  }
  return net.net;
}

/** Extent at which the published files describe networks that take any. */
const USUAL_SIZE: Pair = [500, 500];

function fullWidth(channels: number): number {
  return channels;
}

function labelsOf({ suffix }: Head): string {
  return suffix === '' ? 'label' : suffix.slice(1);
}

function addInputs(net: NetBuilder, { inputs, heads }: Official, size: Pair): void {
  if (inputs === undefined) net.input('input', 'data', [1, 3, ...size]);
  else net.input('in_color', 'color', [1, 3, ...size]);
  if (inputs === 'color-depth') net.input('in_depth', 'depth', [1, 1, ...size]);
  if (inputs === 'color-hha') net.input('in_hha', 'hha', [1, 3, ...size]);
  if (net.purpose === 'deploy') return;
  for (const head of heads) net.input(`in_${labelsOf(head)}`, labelsOf(head), [1, 1, ...size]);
}

function addTrunk(net: NetBuilder, { trunk, inputs }: Official, width: Width): string {
  if (trunk === 'caffenet') return caffeNet(net, 'data', width);
  if (trunk === 'googlenet') return googLeNet(net, 'data', width);
  if (inputs !== 'color-depth') return vgg16(net, 'data', width);
  const both = net.concat('data', ['color', 'depth']);
  return vgg16(net, both, width, { firstSuffix: '_bgrd' });
}

/** The scores of the last layer, and below each upsampling those of a finer one. */
function addHead(
  net: NetBuilder,
  { stride, atOnce = false, trunk }: Official,
  { suffix, classes }: Head,
  deepest: string,
): void {
  const upsample = (name: string, from: string, factor: number): string => {
    // Only an odd kernel puts the pixels of these two trunks onto those of the image.
    const kernelSize = 2 * factor - (trunk === undefined ? 0 : 1);
    return net.deconvolution(name, from, classes, { kernelSize, stride: factor });
  };
  const skip = (coarse: string, pool: string): string => {
    const factor = SCALES.get(pool);
    const from = atOnce && factor !== undefined ? net.scale(`scale_${pool}`, pool, factor) : pool;
    const scored = net.convolution(`score_${pool}${suffix}`, from, classes, { kernelSize: 1 });
    const cut = net.crop(`score_${pool}${suffix}c`, scored, coarse);
    return net.sum(`fuse_${pool}${suffix}`, [coarse, cut]);
  };
  let scores = net.convolution(`score_fr${suffix}`, deepest, classes, { kernelSize: 1 });
  if (stride < 32) scores = skip(upsample(`upscore2${suffix}`, scores, 2), 'pool4');
  if (stride < 16) scores = skip(upsample(`upscore_pool4${suffix}`, scores, 2), 'pool3');
  const last = stride === 32 ? `upscore${suffix}` : `upscore${String(stride)}${suffix}`;
  net.crop(`score${suffix}`, upsample(last, scores, stride), 'data');
}

/** Two trunks, one for colour and one for depth, whose scores are averaged. */
function addLateFusion(net: NetBuilder, width: Width): string {
  const [{ classes }] = NYUD;
  const scored = ['color', 'hha'].map((suffix) => {
    const deepest = vgg16(net, suffix, width, { suffix });
    return net.convolution(`score_fr${suffix}`, deepest, classes, { kernelSize: 1 });
  });
  const fused = net.sum('score_fused', scored, [0.5, 0.5]);
  const fine = net.deconvolution('upscore', fused, classes, { kernelSize: 64, stride: 32 });
  return net.crop('score', fine, 'color');
}
