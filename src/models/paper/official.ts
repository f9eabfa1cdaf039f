import { FcnError } from '../../core/errors.js';
import { NetworkDefinition } from '../definition/network-definition.js';
import { caffeNet } from './caffenet.js';
import { googLeNet } from './googlenet.js';
import { addHead, type Stride } from './head.js';
import { publishedWidth, type Trunk, type Width } from './trunk.js';
import { vgg16 } from './vgg16.js';

/** One prediction of a network: the suffix of its layers' names, and its classes. */
interface Prediction {
  readonly suffix: string;
  readonly classes: number;
}

/** One of the official networks. */
interface Official {
  readonly stride: Stride;
  readonly predictions: readonly Prediction[];
  /** True if all skips are learned at once, after fixed scales. */
  readonly atOnce?: boolean;
  /** Images other than one of three channels. */
  readonly inputs?: 'color-depth' | 'color-hha';
  /** Default VGG16. */
  readonly trunk?: 'caffenet' | 'googlenet';
}

const VOC: readonly Prediction[] = [{ suffix: '', classes: 21 }];
const CONTEXT: readonly Prediction[] = [{ suffix: '', classes: 60 }];
const NYUD: readonly Prediction[] = [{ suffix: '', classes: 40 }];
const SIFT_FLOW: readonly Prediction[] = [
  { suffix: '_sem', classes: 33 },
  { suffix: '_geo', classes: 3 },
];

const NETWORKS: ReadonlyMap<string, Official> = new Map<string, Official>([
  ['voc-fcn32s', { stride: 32, predictions: VOC }],
  ['voc-fcn16s', { stride: 16, predictions: VOC }],
  ['voc-fcn8s', { stride: 8, predictions: VOC }],
  ['voc-fcn8s-atonce', { stride: 8, predictions: VOC, atOnce: true }],
  ['voc-fcn-alexnet', { stride: 32, predictions: VOC, trunk: 'caffenet' }],
  ['pascalcontext-fcn32s', { stride: 32, predictions: CONTEXT }],
  ['pascalcontext-fcn16s', { stride: 16, predictions: CONTEXT }],
  ['pascalcontext-fcn8s', { stride: 8, predictions: CONTEXT }],
  ['siftflow-fcn32s', { stride: 32, predictions: SIFT_FLOW }],
  ['siftflow-fcn16s', { stride: 16, predictions: SIFT_FLOW }],
  ['siftflow-fcn8s', { stride: 8, predictions: SIFT_FLOW }],
  ['nyud-fcn32s-color', { stride: 32, predictions: NYUD }],
  ['nyud-fcn32s-hha', { stride: 32, predictions: NYUD }],
  ['nyud-fcn32s-color-d', { stride: 32, predictions: NYUD, inputs: 'color-depth' }],
  ['nyud-fcn32s-color-hha', { stride: 32, predictions: NYUD, inputs: 'color-hha' }],
  // Ours: the paper's own was announced and never published.
  ['ours-fcn-googlenet', { stride: 32, predictions: VOC, trunk: 'googlenet' }],
]);

/** Names of the fifteen networks that were published as prototxt, and of our FCN-GoogLeNet. */
export const DEFINED_NETWORKS: readonly string[] = [...NETWORKS.keys()];

/** Definition of an official network. */
export interface OfficialDefinition {
  readonly definition: NetworkDefinition;
  /** Scores that the network gives. */
  readonly outputs: readonly string[];
}

/**
 * Defines a network of the paper as it was published, or our FCN-GoogLeNet, with labels and losses.
 *
 * @param width - Channels in place of the paper's; default the paper's.
 * @throws {@link FcnError} if `name` is not one of {@link DEFINED_NETWORKS}.
 * @see Long, Shelhamer, Darrell, CVPR 2015, §4; Shelhamer, Long, Darrell, PAMI 2017.
 */
export function officialDefinition(
  name: string,
  width: Width = publishedWidth,
): OfficialDefinition {
  const official = NETWORKS.get(name);
  if (!official) throw new FcnError(`no network ${name}; there are ${DEFINED_NETWORKS.join(', ')}`);
  const { predictions, inputs, trunk, stride, atOnce = false } = official;
  const net = new NetworkDefinition();
  addInputs(net, official);
  const fusesLate = inputs === 'color-hha';
  const deepest = fusesLate ? null : addTrunk(net, official, width);
  if (deepest === null) addLateFusion(net, width);
  const outputs = predictions.map(({ suffix, classes }) => {
    const head = { stride, classes, suffix, atOnce };
    const score = deepest === null ? 'score' : addHead(net, 'data', deepest, head);
    const loss = suffix === '_geo' ? 'loss_geo' : 'loss';
    net.loss(loss, score, labelsOf(suffix), trunk === 'caffenet');
    return score;
  });
  return { definition: net, outputs };
}

function labelsOf(suffix: string): string {
  return suffix === '' ? 'label' : suffix.slice(1);
}

function addInputs(net: NetworkDefinition, { inputs, predictions }: Official): void {
  if (inputs === undefined) net.input('input', 'data', 3);
  else net.input('in_color', 'color', 3);
  if (inputs === 'color-depth') net.input('in_depth', 'depth', 1);
  if (inputs === 'color-hha') net.input('in_hha', 'hha', 3);
  for (const { suffix } of predictions) net.labels(`in_${labelsOf(suffix)}`, labelsOf(suffix));
}

function addTrunk(
  net: NetworkDefinition,
  { trunk, inputs }: Official,
  width: Width,
): Pick<Trunk, 'stride32'> & Partial<Trunk> {
  if (trunk === 'caffenet') return caffeNet(net, 'data', { width });
  if (trunk === 'googlenet') return { stride32: googLeNet(net, 'data', { width }) };
  if (inputs === undefined) return vgg16(net, 'data', { width });
  const both = net.concat('data', ['color', 'depth']);
  return vgg16(net, both, { width, firstSuffix: '_bgrd' });
}

/** Two trunks, one for colour and one for depth, whose scores are averaged. */
function addLateFusion(net: NetworkDefinition, width: Width): void {
  const [{ classes }] = NYUD;
  const scored = ['color', 'hha'].map((suffix) => {
    const { stride32 } = vgg16(net, suffix, { width, suffix });
    return net.convolution(`score_fr${suffix}`, stride32, classes, { kernelSize: 1, fill: 'zero' });
  });
  const fused = net.sum('score_fused', scored, [0.5, 0.5]);
  net.crop('score', net.upsampling('upscore', fused, 'color'), 'color');
}
