/** Published networks, built dry to hold the weights of a file: as wide as its filters are many. */
import { FcnError } from '../../core/errors.js';
import type { NamedArrays } from '../../core/named-arrays.js';
import type { Message } from '../../io/caffe/message.js';
import { createFcnResnet, type FcnResnetSpec } from '../../models/fcn-resnet.js';
import type { Network } from '../../nn/network.js';
import { buildCaffeNetwork } from '../caffe/build-network.js';
import { DEFINED_NETWORKS, defineNetwork } from '../caffe/definitions/official.js';

/** A network without numbers, and those of its numbers that follow from its definition. */
export interface PublishedNetwork {
  /** Its name. */
  readonly name: string;
  /** The network, not in training mode. */
  readonly network: Network;
  /** Factors in front of skips, which files of other implementations leave out. */
  readonly fixed: NamedArrays;
}

const RESNETS: Readonly<Record<string, FcnResnetSpec['depth']>> = {
  fcn_resnet50: 50,
  fcn_resnet101: 101,
};

/** Names of the networks that {@link buildPublished} builds. */
export const PUBLISHED_NETWORKS: readonly string[] = [...DEFINED_NETWORKS, ...Object.keys(RESNETS)];

/**
 * Builds a published network for weights that may be narrower than the published ones. Classes, kernels
 * and skips are as published, whatever the weights.
 *
 * @throws {@link FcnError} if there is no network of the name.
 */
export function buildPublished(name: string, weights: NamedArrays): PublishedNetwork {
  if (!PUBLISHED_NETWORKS.includes(name)) {
    throw new FcnError(`no network ${name}; there are ${PUBLISHED_NETWORKS.join(', ')}`);
  }
  return name in RESNETS ? resnet(name, weights) : official(name, weights);
}

function resnet(name: string, weights: NamedArrays): PublishedNetwork {
  const count = (stage: number): number => {
    const inStage = new RegExp(`^backbone\\.layer${String(stage)}\\.\\d+\\.conv1\\.weight$`);
    return [...weights.keys()].filter((key) => inStage.test(key)).length;
  };
  const blocks = [count(1), count(2), count(3), count(4)] as const;
  const width = weights.get('backbone.conv1.weight')?.shape[0];
  const network = createFcnResnet(null, {
    depth: RESNETS[name],
    auxiliary: weights.has('aux_classifier.4.weight'),
    ...(width === undefined ? {} : { width }),
    ...(Math.min(...blocks) === 0 ? {} : { blocks }),
  });
  network.setTraining(false);
  return { name, network, fixed: new Map() };
}

function official(name: string, weights: NamedArrays): PublishedNetwork {
  const published = defineNetwork(name);
  const layers = published.messages('layer').map((layer) => widthOf(layer, weights));
  const definition = published.copy().set('layer', ...layers);
  const { network } = buildCaffeNetwork(definition, { maker: { backend: null, rng: null } });
  const parameters = network.parameters();
  const fixed = layers
    .filter((layer) => layer.text('type') === 'Scale')
    .map((layer) => {
      const key = `${layer.text('name')}.weight`;
      const shape = parameters.get(key)?.shape ?? [];
      const factor = layer.message('scale_param').message('filler').number('value', 1);
      return [key, { shape, data: new Float32Array(shape[0]).fill(factor) }] as const;
    });
  return { name, network, fixed: new Map(fixed) };
}

/** A convolution of the trunk with as many filters as the weights have; scores have their classes. */
function widthOf(layer: Message, weights: NamedArrays): Message {
  const name = layer.text('name');
  const filters = weights.get(`${name}.weight`)?.shape[0];
  const isTrunk = layer.text('type') === 'Convolution' && !name.startsWith('score');
  if (!isTrunk || filters === undefined || filters < 1) return layer;
  const param = layer.message('convolution_param').copy().set('num_output', filters);
  return layer.copy().set('convolution_param', param);
}
