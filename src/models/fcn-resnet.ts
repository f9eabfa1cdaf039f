import type { Backend } from '../backend/backend.js';
import { FcnError } from '../core/errors.js';
import type { Rng } from '../core/rng.js';
import { nameParameters } from '../graph/trace.js';
import { Conv2d } from '../nn/conv2d.js';
import { Dropout } from '../nn/dropout.js';
import { ForwardPass, runLayers, type Observer } from '../nn/forward-pass.js';
import { joinParameters, type NamedModule } from '../nn/module.js';
import type { Network } from '../nn/network.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { Relu } from '../nn/relu.js';
import { resizeBilinear } from '../ops/resize-bilinear.js';
import type { Tensor } from '../tensor/tensor.js';
import { normalised } from './bottleneck.js';
import { RESNET_BLOCKS, resnetChannels, resnetLayers, type ResnetSize } from './resnet.js';

/** Description of a network of {@link createFcnResnet}. */
export interface FcnResnetSpec extends Partial<ResnetSize> {
  /** Layers that learn: 50 or 101. */
  readonly depth: keyof typeof RESNET_BLOCKS;
  /** Classes, background included; default 21. */
  readonly classes?: number;
  /** True for a second head on `layer3`, with which the network learns better; default true. */
  readonly auxiliary?: boolean;
}

/** Name of the input, and of the outputs. */
const INPUT = 'input';
const OUTPUT = 'out';
const AUXILIARY = 'aux';

/** Share of the channels that a head goes on with, and of those that it drops while it learns. */
const HEAD_WIDTH = 1 / 4;
const HEAD_DROPOUT = 0.1;

/**
 * A residual network, fully convolutional, with a head that scores the last stage and perhaps one that
 * scores the stage before; scores are laid over the image by bilinear interpolation.
 *
 * Parameters are called as in torchvision's state dict, `backbone.layer1.0.conv1.weight`, but for
 * `num_batches_tracked`, which nothing reads.
 *
 * @see torchvision, `fcn_resnet50` and `fcn_resnet101`.
 */
export class FcnResnet implements Network {
  readonly inputs: readonly string[] = [INPUT];
  readonly outputs: readonly string[];
  /** Layers up to `layer3`, which the auxiliary head scores. */
  readonly #toLayer3: readonly NamedModule[];
  readonly #layer4: NamedModule;
  readonly #classifier: readonly NamedModule[];
  readonly #auxClassifier: readonly NamedModule[] | null;

  /** @param maker - See {@link createFcnResnet}. */
  constructor(maker: ParameterMaker, spec: FcnResnetSpec) {
    const { depth, classes = 21, auxiliary = true } = spec;
    const size = { blocks: spec.blocks ?? RESNET_BLOCKS[depth], width: spec.width ?? 64 };
    const backbone = prefixed('backbone', resnetLayers(maker, size));
    const head = (name: string, stage: number): NamedModule[] =>
      prefixed(name, scoringHead(maker, resnetChannels(size, stage), classes));
    this.#toLayer3 = backbone.slice(0, -1);
    this.#layer4 = backbone[backbone.length - 1];
    this.#classifier = head('classifier', 4);
    this.#auxClassifier = auxiliary ? head('aux_classifier', 3) : null;
    this.outputs = auxiliary ? [OUTPUT, AUXILIARY] : [OUTPUT];
  }

  /**
   * Scores of every class at every pixel.
   *
   * @param inputs - `input`: images, `[N, 3, H, W]`, of any extent ≥ 1.
   * @returns `out`, and `aux` if there is that head: `[N, classes, H, W]`.
   */
  run(inputs: ReadonlyMap<string, Tensor>, observe?: Observer): Map<string, Tensor> {
    const x = inputs.get(INPUT);
    if (x === undefined) throw new FcnError(`network: input ${INPUT} is missing`);
    const pass = new ForwardPass(x, observe);
    const scores = (name: string, head: readonly NamedModule[], features: Tensor): Tensor => {
      const coarse = runLayers(head, features, pass);
      return pass.made(name, laidOver(x, coarse), coarse);
    };
    const layer3 = runLayers(this.#toLayer3, x, pass);
    pass.pin(layer3);
    const layer4 = pass.step(...this.#layer4, layer3);
    const outputs = new Map([[OUTPUT, scores(OUTPUT, this.#classifier, layer4)]]);
    pass.unpin(layer3);
    if (this.#auxClassifier !== null) {
      outputs.set(AUXILIARY, scores(AUXILIARY, this.#auxClassifier, layer3));
    } else if (observe === undefined && layer3.creator === null) layer3.free();
    return outputs;
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return joinParameters(this.#layers());
  }

  setTraining(training: boolean, rng?: Rng): void {
    for (const [, layer] of this.#layers()) layer.setTraining?.(training, rng);
  }

  #layers(): NamedModule[] {
    const heads = [...this.#classifier, ...(this.#auxClassifier ?? [])];
    return [...this.#toLayer3, this.#layer4, ...heads];
  }
}

/**
 * Builds torchvision's fcn_resnet50 or fcn_resnet101.
 *
 * @param backend - Where the parameters live; null for a dry network, for its graph alone.
 * @param options - Where random initial weights come from; without it they are 0, to be loaded.
 */
export function createFcnResnet(
  backend: Backend | null,
  spec: FcnResnetSpec,
  { rng = null }: { readonly rng?: Rng | null } = {},
): FcnResnet {
  const network = new FcnResnet({ backend, rng }, spec);
  nameParameters(network);
  return network;
}

/** 3×3 to a quarter of the channels, then a score for each class; numbered as torchvision does. */
function scoringHead(maker: ParameterMaker, inChannels: number, classes: number): NamedModule[] {
  const outChannels = inChannels * HEAD_WIDTH;
  const window = { inChannels, outChannels, kernelSize: 3, padding: 1 };
  const scoring = { inChannels: outChannels, outChannels: classes, kernelSize: 1 };
  return [
    ...normalised(maker, ['0', '1'], window),
    ['2', new Relu()],
    ['3', new Dropout({ ratio: HEAD_DROPOUT })],
    ['4', new Conv2d(maker, scoring)],
  ];
}

/** Scores at every pixel of the image, by bilinear interpolation. */
function laidOver({ shape: [, , H, W] }: Tensor, scores: Tensor): Tensor {
  return resizeBilinear(scores, [H, W], 'half-pixel');
}

function prefixed(prefix: string, layers: readonly NamedModule[]): NamedModule[] {
  return layers.map(([name, layer]) => [`${prefix}.${name}`, layer]);
}
