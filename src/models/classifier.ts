/**
 * Classifiers as published, and the same networks rewritten to be fully convolutional.
 *
 * @see Long, Shelhamer, Darrell, CVPR 2015, §3.1: a classifier, seen as a convolution, gives a heat
 *   map of its classes.
 */
import type { Backend } from '../backend/backend.js';
import type { Rng } from '../core/rng.js';
import type { Shape } from '../core/shape.js';
import { nameParameters } from '../graph/trace.js';
import { Conv2d } from '../nn/conv2d.js';
import { Dropout } from '../nn/dropout.js';
import { convolutionize, Linear } from '../nn/linear.js';
import type { Module, NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { Relu } from '../nn/relu.js';
import { Sequential } from '../nn/sequential.js';
import { avgPool2d } from '../ops/avg-pool2d.js';
import type { Tensor } from '../tensor/tensor.js';
import { makeModules } from './definition/layer-module.js';
import { NetworkDefinition } from './definition/network-definition.js';
import { FULLY_CONNECTED } from './paper/trunk.js';
import { VGG16_STAGES, vgg16Features } from './paper/vgg16.js';
import { SQUEEZENET_1_0, squeezenetFeatures } from './squeezenet.js';

/** Options of the classifiers. */
export interface ClassifierOptions {
  /** Classes; default 1000. */
  readonly classes?: number;
  /** Source of random initial weights; without it they are 0, to be loaded. */
  readonly rng?: Rng;
}

/** A classifier, and the fully convolutional network that it is. Both have the same parameters. */
export interface Classifier {
  /** Scores of one image of the native size: `[N, 3, size, size]` to `[N, classes]`, or to 1×1 maps. */
  readonly classify: Module;
  /** The map of scores of an image of any size it fits into: `[N, 3, H, W]` to `[N, classes, h, w]`. */
  readonly scoreMap: Module;
  /** Extent of the image that the classifier was trained on. */
  readonly nativeSize: number;
}

/**
 * SqueezeNet 1.0 with its classifier: conv10, as published, pads its map by a frame of zeros, and the
 * average over the whole map is the score of a class. The rewrite leaves the average out.
 *
 * @param backend - Where the parameters live; null for the graph alone.
 */
export function createSqueezenetClassifier(
  backend: Backend | null,
  { classes = 1000, rng }: ClassifierOptions = {},
): Classifier {
  const maker: ParameterMaker = { backend, rng: rng ?? null };
  const conv10 = { inChannels: 512, outChannels: classes, kernelSize: 1, padding: 1 };
  const net = new NetworkDefinition();
  squeezenetFeatures(net, net.input('input', 'data', 3), SQUEEZENET_1_0, 'valid');
  const layers: NamedModule[] = [
    ...makeModules(maker, net.layers),
    ['drop9', new Dropout({ ratio: 0.5 })],
    ['conv10', new Conv2d(maker, conv10)],
    ['relu_conv10', new Relu()],
  ];
  const scoreMap = new Sequential(layers);
  nameParameters(scoreMap);
  const classify = new Sequential([...layers, ['pool10', new GlobalAverage()]]);
  return { classify, scoreMap, nativeSize: 227 };
}

/** Mean of each map: `[N, C, H, W]` to `[N, C, 1, 1]`. */
class GlobalAverage implements Module {
  forward(x: Tensor): Tensor {
    const [H, W] = x.shape.slice(2);
    return avgPool2d(x, { kernelSize: [H, W] });
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map();
  }
}

/** Channels of VGG16: five stages, then the two hidden linear layers. */
export interface Vgg16Options extends ClassifierOptions {
  /** Channels of the five stages. */
  readonly widths?: readonly number[];
  /** Numbers that fc6 and fc7 give. */
  readonly hidden?: number;
}

/**
 * VGG16 with its classifier: fc6, fc7 and fc8 are linear layers. In the rewrite they are convolutions
 * over the same weights, fc6 with the 7×7 window of the map that it takes.
 *
 * @param backend - Where the parameters live; null for the graph alone.
 */
export function createVgg16Classifier(
  backend: Backend | null,
  options: Vgg16Options = {},
): Classifier {
  const { classes = 1000, rng, hidden = FULLY_CONNECTED } = options;
  const widths = options.widths ?? VGG16_STAGES.map(([filters]) => filters);
  const maker: ParameterMaker = { backend, rng: rng ?? null };
  const net = new NetworkDefinition();
  const width = (_: number, layer: string): number => widths[Number(/\d/.exec(layer)?.[0]) - 1];
  vgg16Features(net, net.input('input', 'data', 3), 1, { width });
  const features = makeModules(maker, net.layers);
  const taken: readonly Shape[] = [
    [widths[4], 7, 7],
    [hidden, 1, 1],
    [hidden, 1, 1],
  ];
  const given = [hidden, hidden, classes];
  const linears = taken.map(
    ([C, H, W], i) => new Linear(maker, { inFeatures: C * H * W, outFeatures: given[i] }),
  );
  const classify = new Sequential([...features, ...vggEnd(linears)]);
  const convolutions = linears.map((layer, i) => convolutionize(layer, taken[i]));
  const scoreMap = new Sequential([...features, ...vggEnd(convolutions)]);
  nameParameters(classify);
  nameParameters(scoreMap);
  return { classify, scoreMap, nativeSize: 224 };
}

function vggEnd([fc6, fc7, fc8]: readonly Module[]): NamedModule[] {
  return [
    ['fc6', fc6],
    ['relu6', new Relu()],
    ['drop6', new Dropout({ ratio: 0.5 })],
    ['fc7', fc7],
    ['relu7', new Relu()],
    ['drop7', new Dropout({ ratio: 0.5 })],
    ['fc8', fc8],
  ];
}
