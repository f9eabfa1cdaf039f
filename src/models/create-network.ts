import { checkOptions, OBJECT, type OptionChecks } from '../core/check-options.js';
import type { Backend } from '../backend/backend.js';
import type { Rng } from '../core/rng.js';
import { nameParameters } from '../graph/trace.js';
import type { ParameterMaker } from '../nn/parameter.js';
import type { WiredNetwork } from '../nn/wired-network.js';
import { NetworkDefinition } from './definition/network-definition.js';
import { wireDefinition } from './definition/wire-definition.js';
import { FcnNetwork } from './fcn.js';
import { parseNetworkSpec, type CompleteSpec, type NetworkSpec } from './network-spec.js';
import { caffeNet } from './paper/caffenet.js';
import { addHead, type HeadOptions } from './paper/head.js';
import { officialDefinition } from './paper/official.js';
import type { Trunk, TrunkOptions, Width } from './paper/trunk.js';
import { vgg16 } from './paper/vgg16.js';
import { squeezenet, SQUEEZENET_1_0, SQUEEZENET_1_1 } from './squeezenet.js';

/** Options of {@link createNetwork}. */
export interface CreateOptions {
  /** Source of random initial weights; without it they are 0, to be loaded. */
  readonly rng?: Rng;
}

const OPTIONS: OptionChecks<CreateOptions> = { rng: OBJECT };

/** Options of {@link createOfficialNetwork}. */
export interface CreateOfficialOptions extends CreateOptions {
  /** Channels in place of the paper's; default the paper's. */
  readonly width?: Width;
}

/**
 * Builds a network, with upsampling that interpolates bilinearly.
 *
 * @param backend - Backend that holds the parameters; null for a dry network, for its graph alone.
 * @throws {@link SpecError} if the description is wrong.
 */
export function createNetwork(
  backend: Backend | null,
  spec: NetworkSpec,
  options: CreateOptions = {},
): FcnNetwork {
  checkOptions('createNetwork', options, OPTIONS);
  const complete = parseNetworkSpec(spec);
  const maker: ParameterMaker = { backend, rng: options.rng ?? null };
  const network = new FcnNetwork(complete, wireDefinition(maker, defined(complete), ['score']));
  nameParameters(network);
  return network;
}

/**
 * Builds one of the official networks, or our FCN-GoogLeNet, with the layers and names of its prototxt.
 *
 * @param backend - Backend that holds the parameters; null for a dry network, for its graph alone.
 * @param name - One of {@link DEFINED_NETWORKS}.
 * @throws {@link FcnError} if there is no network of the name.
 */
export function createOfficialNetwork(
  backend: Backend | null,
  name: string,
  { rng, width }: CreateOfficialOptions = {},
): WiredNetwork {
  const { definition, outputs } = officialDefinition(name, width);
  const network = wireDefinition({ backend, rng: rng ?? null }, definition, outputs);
  nameParameters(network);
  return network;
}

function defined(spec: CompleteSpec): NetworkDefinition {
  const net = new NetworkDefinition();
  const image = net.input('input', 'data', 3);
  addHead(net, image, addTrunk(net, image, spec), headOptions(spec));
  return net;
}

function addTrunk(net: NetworkDefinition, image: string, spec: CompleteSpec): Trunk {
  const { widths, fc6Width, fc7Width, geometry, fc6Squeeze, dropout } = spec;
  const width: Width = (_, layer) => {
    if (layer.startsWith('fc')) return layer === 'fc6' ? fc6Width : fc7Width;
    return widths[Number(/\d/.exec(layer)?.[0]) - 1];
  };
  const options: TrunkOptions = { width, geometry, fc6Squeeze, dropout };
  switch (spec.trunk) {
    case 'vgg16':
      return vgg16(net, image, options);
    case 'caffenet':
      return caffeNet(net, image, options);
    case 'squeezenet1_1':
      return squeezenet(net, image, SQUEEZENET_1_1, options);
    case 'squeezenet1_0':
      return squeezenet(net, image, SQUEEZENET_1_0, options);
  }
}

const STRIDES = { '32s': 32, '16s': 16, '8s': 8, '8s-atonce': 8 } as const;

function headOptions(spec: CompleteSpec): HeadOptions {
  const { classes, variant, scoreInit, upsampling, upsamplingLayout } = spec;
  return {
    classes,
    scoreInit,
    stride: STRIDES[variant],
    atOnce: variant === '8s-atonce',
    upsampling: {
      learned: upsampling === 'learned',
      ...(upsamplingLayout === 'grouped' ? { groups: classes } : {}),
    },
  };
}
