import type { Backend } from '../backend/backend.js';
import { FcnError } from '../core/errors.js';
import type { Rng } from '../core/rng.js';
import { nameParameters } from '../graph/trace.js';
import { ChannelScale } from '../nn/channel-scale.js';
import { Conv2d } from '../nn/conv2d.js';
import { ForwardPass, runLayers } from '../nn/forward-pass.js';
import { constantFiller, gaussianFiller, orZero } from '../nn/init.js';
import type { NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import type { Origin } from '../tensor/origin.js';
import { Tensor } from '../tensor/tensor.js';

import { caffenetTrunk } from './caffenet.js';
import { FcnNetwork, type Head, type Skip } from './fcn.js';
import {
  parseNetworkSpec,
  type CompleteSpec,
  type NetworkSpec,
  type TrunkName,
  type Variant,
} from './network-spec.js';
import { squeezenetTrunk } from './squeezenet.js';
import type { Trunk } from './trunk.js';
import { upsamplingBetween, upsamplingLayer } from './upsampling.js';
import { vgg16Trunk } from './vgg16.js';

const TRUNKS: Readonly<Record<TrunkName, (maker: ParameterMaker, spec: CompleteSpec) => Trunk>> = {
  vgg16: vgg16Trunk,
  caffenet: caffenetTrunk,
  squeezenet1_1: squeezenetTrunk,
  squeezenet1_0: squeezenetTrunk,
};

/** What the paper calls the layers of a skip; the scale keeps its scores small when learned at once. */
interface SkipPlan {
  readonly name: string;
  readonly upsample: string;
  readonly tap: 'stride16' | 'stride8';
  readonly scale: number;
}

const POOL4: SkipPlan = { name: 'pool4', upsample: 'upscore2', tap: 'stride16', scale: 0.01 };
const POOL3: SkipPlan = { name: 'pool3', upsample: 'upscore_pool4', tap: 'stride8', scale: 0.0001 };

interface HeadPlan {
  readonly skips: readonly SkipPlan[];
  readonly upsample: string;
  readonly scaled: boolean;
}

const HEADS: Readonly<Record<Variant, HeadPlan>> = {
  '32s': { skips: [], upsample: 'upscore', scaled: false },
  '16s': { skips: [POOL4], upsample: 'upscore16', scaled: false },
  '8s': { skips: [POOL4, POOL3], upsample: 'upscore8', scaled: false },
  '8s-atonce': { skips: [POOL4, POOL3], upsample: 'upscore8', scaled: true },
};

/** What {@link createNetwork} may be told. */
export interface CreateOptions {
  /** Where random initial weights come from; without it they are 0, to be loaded. */
  readonly rng?: Rng;
}

/**
 * Builds a network, with upsampling that interpolates bilinearly.
 *
 * @param backend - Where the parameters live; null for a dry network, for its graph alone.
 * @throws {@link SpecError} if the description is wrong.
 */
export function createNetwork(
  backend: Backend | null,
  spec: NetworkSpec,
  options: CreateOptions = {},
): FcnNetwork {
  const complete = parseNetworkSpec(spec);
  const maker: ParameterMaker = { backend, rng: options.rng ?? null };
  const trunk = TRUNKS[complete.trunk](maker, complete);
  const network = new FcnNetwork(complete, trunk, makeHead(maker, complete, trunk));
  nameParameters(network);
  return network;
}

function makeHead(maker: ParameterMaker, spec: CompleteSpec, trunk: Trunk): Head {
  const plan = HEADS[spec.variant];
  const place = layerOrigins(trunk);
  let coarse = place(trunk.stride32.layer);
  const skips = plan.skips.map((skip): Skip => {
    const { layer, channels } = trunk[skip.tap];
    const fine = place(layer);
    const upsample = upsamplingLayer(maker, spec, upsamplingBetween(coarse, fine));
    const scale: NamedModule[] = plan.scaled
      ? [[`scale_${skip.name}`, fixedScale(maker, channels, skip.scale)]]
      : [];
    const scoring: NamedModule[] = [
      ...scale,
      [`score_${skip.name}`, scoreLayer(maker, spec, channels)],
    ];
    coarse = fine;
    return { name: skip.name, layer, upsample: [skip.upsample, upsample], scoring };
  });
  return {
    score: ['score_fr', scoreLayer(maker, spec, trunk.stride32.channels)],
    skips,
    upsample: [
      plan.upsample,
      upsamplingLayer(maker, spec, upsamplingBetween(coarse, place('data'))),
    ],
  };
}

/** Where the trunk's layers stand in its graph. Their coordinates do not depend on the size. */
function layerOrigins(trunk: Trunk): (layer: string) => Origin {
  const data = Tensor.dry([1, 3, 64, 64], 'data');
  const origins = new Map([['data', data.origin]]);
  runLayers(trunk.layers, data, new ForwardPass(data), (name, { origin }) =>
    origins.set(name, origin),
  );
  return (layer) => {
    const origin = origins.get(layer);
    if (origin === undefined) throw new FcnError(`the trunk has no layer ${layer}`);
    return origin;
  };
}

function scoreLayer(maker: ParameterMaker, spec: CompleteSpec, inChannels: number): Conv2d {
  const fill = spec.scoreInit === 'zero' ? constantFiller(0) : orZero(gaussianFiller(0.01));
  return new Conv2d(maker, { inChannels, outChannels: spec.classes, kernelSize: 1, fill });
}

function fixedScale(maker: ParameterMaker, channels: number, factor: number): ChannelScale {
  return new ChannelScale(maker, { channels, factor, learned: false });
}
