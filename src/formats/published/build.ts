/** Published networks, built without numbers for the weights of a file, and as wide as its filters. */
import type { Backend } from '../../backend/backend.js';
import { FcnError } from '../../core/errors.js';
import type { NamedArrays } from '../../core/named-arrays.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import { createFcnResnet, type FcnResnetSpec } from '../../models/fcn-resnet.js';
import { DEFINED_NETWORKS } from '../../models/paper/official.js';
import type { Network } from '../../nn/network.js';
import { buildCaffeNetwork } from '../caffe/build-network.js';
import { defineNetwork } from '../caffe/definitions/official.js';

/** A network, without numbers unless it has a backend, and those of its numbers that follow from its definition. */
export interface PublishedNetwork {
  /** Its name. */
  readonly name: string;
  /** The network, not in training mode. */
  readonly network: Network;
  /** Channels of its inputs, in their order. */
  readonly channels: readonly number[];
  /** Factors before skips, which files of other implementations leave out. */
  readonly fixed: NamedArrays;
}

/** Channels of a photo. */
const COLOURS = 3;

const RESNETS: Readonly<Record<string, FcnResnetSpec['depth']>> = {
  fcn_resnet50: 50,
  fcn_resnet101: 101,
};

/** Names of the networks that {@link buildPublished} builds. */
export const PUBLISHED_NETWORKS: readonly string[] = [...DEFINED_NETWORKS, ...Object.keys(RESNETS)];

/**
 * Builds a published network for weights that may be narrower than the published ones. Classes, kernels
 * and skips are as published, whatever the weights; without any, everything is.
 *
 * @param backend - Where its parameters live; null for a dry network.
 * @throws {@link FcnError} if there is no network of the name.
 */
export function buildPublished(
  name: string,
  weights: NamedArrays,
  backend: Backend | null = null,
): PublishedNetwork {
  if (!PUBLISHED_NETWORKS.includes(name)) {
    throw new FcnError(`no network ${name}; there are ${PUBLISHED_NETWORKS.join(', ')}`);
  }
  return name in RESNETS ? resnet(name, weights, backend) : official(name, weights, backend);
}

function resnet(name: string, weights: NamedArrays, backend: Backend | null): PublishedNetwork {
  const count = (stage: number): number => {
    const inStage = new RegExp(`^backbone\\.layer${String(stage)}\\.\\d+\\.conv1\\.weight$`);
    return [...weights.keys()].filter((key) => inStage.test(key)).length;
  };
  const blocks = [count(1), count(2), count(3), count(4)] as const;
  const width = weights.get('backbone.conv1.weight')?.shape[0];
  const network = createFcnResnet(backend, {
    depth: RESNETS[name],
    auxiliary: weights.size === 0 || weights.has('aux_classifier.4.weight'),
    ...(width === undefined ? {} : { width }),
    ...(Math.min(...blocks) === 0 ? {} : { blocks }),
  });
  network.setTraining(false);
  return { name, network, channels: [COLOURS], fixed: new Map() };
}

function official(name: string, weights: NamedArrays, backend: Backend | null): PublishedNetwork {
  const published = defineNetwork(name);
  const layers = published.messages('layer').map((layer) => shapedLike(layer, weights));
  const definition = published.copy().set('layer', ...layers);
  const { network, inputShapes } = buildCaffeNetwork(definition, {
    maker: { backend, rng: null },
  });
  const channels = Array.from(inputShapes.values(), (shape) => shape[1]);
  const parameters = network.parameters();
  const fixed = layers
    .filter((layer) => layer.text('type') === 'Scale')
    .map((layer) => {
      const key = `${layer.text('name')}.weight`;
      const shape = parameters.get(key)?.shape ?? [];
      const factor = layer.message('scale_param').message('filler').number('value', 1);
      return [key, { shape, data: new Float32Array(shape[0]).fill(factor) }] as const;
    });
  return { name, network, channels, fixed: new Map(fixed) };
}

/**
 * A layer as the weights have it: a convolution of the trunk with as many filters (scores have their classes), an
 * upsampling by groups or with a bias, as other implementations have them.
 */
function shapedLike(layer: CaffeMessage, weights: NamedArrays): CaffeMessage {
  const name = layer.text('name');
  const [filters = 0, outputs = 0] = weights.get(`${name}.weight`)?.shape ?? [];
  if (filters < 1) return layer;
  const param = layer.message('convolution_param').copy();
  if (layer.text('type') === 'Convolution' && !name.startsWith('score')) {
    param.set('num_output', filters);
  } else if (layer.text('type') === 'Deconvolution') {
    const isGrouped = outputs === 1 && filters === param.number('num_output', 0);
    if (isGrouped) param.set('group', filters);
    if (weights.has(`${name}.bias`)) param.set('bias_term', true);
  } else return layer;
  return layer.copy().set('convolution_param', param);
}
