import { FcnError } from '../../core/errors.js';
import { ChannelScale } from '../../nn/channel-scale.js';
import { Conv2d, convOptionsOf } from '../../nn/conv2d.js';
import { ConvTranspose2d } from '../../nn/conv-transpose2d.js';
import { Dropout } from '../../nn/dropout.js';
import { constantFiller, gaussianFiller, msraFiller, orZero, type Filler } from '../../nn/init.js';
import { Lrn } from '../../nn/lrn.js';
import { MaxPool2d } from '../../nn/max-pool2d.js';
import type { Module, NamedModule } from '../../nn/module.js';
import type { ParameterMaker } from '../../nn/parameter.js';
import { Relu } from '../../nn/relu.js';
import type { WiredLayer } from '../../nn/wired-network.js';
import { add } from '../../ops/add.js';
import { concat } from '../../ops/concat.js';
import { weightedSum } from '../../ops/weighted-sum.js';
import { cropLike, overlap } from '../crop-like.js';
import type { ConvolutionOptions, DefinedLayer, Kind, LayerOf } from './layer.js';

/** Local response normalisation of AlexNet and GoogLeNet: five channels, as in Caffe's files. */
export const LRN = { size: 5, alpha: 1e-4, beta: 0.75, k: 1 } as const;

const FILLERS: Readonly<Record<NonNullable<ConvolutionOptions['fill']>, Filler>> = {
  msra: orZero(msraFiller()),
  zero: constantFiller(0),
  gaussian: orZero(gaussianFiller(0.01)),
};

/** Modules of the kinds of layers with one input and one output. */
const MODULES: {
  readonly [K in ModuleKind]: (maker: ParameterMaker, layer: LayerOf<K>) => Module;
} = {
  convolution(maker, { inChannels, filters, options }) {
    const { fill = 'msra', kernelSize } = options;
    const channels = { inChannels, outChannels: filters, kernelSize };
    return new Conv2d(maker, { ...channels, ...convOptionsOf(options), fill: FILLERS[fill] });
  },
  upsampling(maker, { inChannels, channels, window, options }) {
    const { learned = false, groups = 1 } = options;
    const ends = { inChannels, outChannels: channels };
    return new ConvTranspose2d(maker, { ...ends, ...window, learned, groups });
  },
  maxPool: (_, { options }) => new MaxPool2d({ padding: 0, rounding: 'ceil', ...options }),
  relu: () => new Relu(),
  dropout: (_, { ratio }) => new Dropout({ ratio }),
  lrn: () => new Lrn(LRN),
  scale: (maker, { inChannels, factor }) =>
    new ChannelScale(maker, { channels: inChannels, factor, learned: false }),
  module: (maker, { make, inChannels }) => make(maker, inChannels),
};

/** Forward passes of the kinds of layers that combine several inputs. */
const COMBINERS: { readonly [K in CombinerKind]: (layer: LayerOf<K>) => WiredLayer['forward'] } = {
  concat: () => (inputs) => [concat(inputs)],
  sum: ({ coefficients }) =>
    coefficients.length === 0
      ? ([a, b]) => [add(a, b)]
      : (inputs) => [weightedSum(inputs, coefficients)],
  crop:
    () =>
    ([x, reference]) => [cropLike(x, reference)],
  overlap:
    () =>
    ([a, b]) =>
      overlap(a, b),
};

type CombinerKind = 'concat' | 'sum' | 'crop' | 'overlap';
type ModuleKind = Exclude<Kind, CombinerKind | 'input' | 'labels' | 'loss'>;

/**
 * Makes the eager layer of a definition's layer.
 *
 * @throws {@link FcnError} for inputs, labels and losses, which compute no scores.
 */
export function makeLayer(maker: ParameterMaker, layer: DefinedLayer): WiredLayer {
  if (isCombiner(layer)) return { forward: combine<CombinerKind>(layer) };
  const module = makeModule(maker, layer);
  return {
    forward: ([x]) => [module.forward(x)],
    parameters: () => module.parameters(),
    setTraining: (training, rng) => module.setTraining?.(training, rng),
  };
}

/**
 * Makes the modules of layers that follow one another, each with one input.
 *
 * @throws {@link FcnError} if a layer has several inputs or computes no scores.
 */
export function makeModules(maker: ParameterMaker, layers: readonly DefinedLayer[]): NamedModule[] {
  return layers
    .filter(({ kind }) => kind !== 'input')
    .map((layer) => [layer.name, makeModule(maker, layer)]);
}

function makeModule(maker: ParameterMaker, layer: DefinedLayer): Module {
  if (!isModule(layer)) throw new FcnError(`layer ${layer.name}: no module for ${layer.kind}`);
  return moduleOf<ModuleKind>(maker, layer);
}

function moduleOf<K extends ModuleKind>(maker: ParameterMaker, layer: LayerOf<K>): Module {
  return MODULES[layer.kind](maker, layer);
}

function combine<K extends CombinerKind>(layer: LayerOf<K>): WiredLayer['forward'] {
  return COMBINERS[layer.kind](layer);
}

function isModule(layer: DefinedLayer): layer is LayerOf<ModuleKind> {
  return layer.kind in MODULES;
}

function isCombiner(layer: DefinedLayer): layer is LayerOf<CombinerKind> {
  return layer.kind in COMBINERS;
}
