import {
  checkOptions,
  listOf,
  OBJECT,
  oneOf,
  TEXT,
  wholeNumber,
  type OptionChecks,
} from '../../core/check-options.js';
import { FcnError } from '../../core/errors.js';
import { numel, showShape, type Shape } from '../../core/shape.js';
import { filterNet, type NetState } from '../../io/caffe/filter-net.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import { upgradeNet } from '../../io/caffe/upgrade.js';
import type { ParameterMaker } from '../../nn/parameter.js';
import { WiredNetwork, type Wire, type WiredLayer } from '../../nn/wired-network.js';
import {
  multipliersOf,
  type ParameterMultipliers,
  type MultipliersByName,
} from './parameter-multipliers.js';
import { inputShapesOf, isInputLayer, type CaffeInputOptions } from './inputs.js';
import { LAYER_BUILDERS } from './layers/index.js';
import { Tensor } from '../../tensor/tensor.js';

/** Limit for damaged files; no network has as many layers. */
const MAX_LAYERS = 20_000;
/** Limit on the numbers of a blob: the kernels' memory could not hold more. */
const MAX_BLOB = 2 ** 31;

/** Options of {@link buildCaffeNetwork}. */
export interface BuildCaffeOptions extends CaffeInputOptions {
  /** Backend on which the parameters are made, and random numbers for the fillers. */
  readonly maker: ParameterMaker;
  /** Phase, level and stages that select the layers; default: phase TEST. */
  readonly state?: NetState;
}

const STATE: OptionChecks<NetState> = {
  phase: oneOf('TRAIN', 'TEST'),
  level: wholeNumber(-(2 ** 31), 2 ** 31 - 1),
  stages: listOf(TEXT),
};

/** Checks of {@link BuildCaffeOptions}. */
export const BUILD_OPTIONS: OptionChecks<BuildCaffeOptions> = {
  maker: OBJECT,
  state: OBJECT,
  inputShapes: OBJECT,
  size: listOf(wholeNumber(1), 2),
};

/** Network built from a Caffe description. */
export interface CaffeNetwork {
  /** Name of the network in the file. */
  readonly name: string;
  /** Runnable network; its values have the names of Caffe's blobs. */
  readonly network: WiredNetwork;
  /** Shapes of the inputs for which the network was built; it may also run with others. */
  readonly inputShapes: ReadonlyMap<string, Shape>;
  /** Shape of every blob for these inputs, in the order of computation. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Outputs that are losses, with their weights (`loss_weight`) in the sum to be minimised. */
  readonly lossWeights: ReadonlyMap<string, number>;
  /** Multipliers (`lr_mult`, `decay_mult`) of every parameter. */
  readonly multipliers: MultipliersByName;
  /** Description in Caffe's current format, with the selected layers only. */
  readonly definition: CaffeMessage;
}

/**
 * Builds the network that a NetParameter describes.
 *
 * Layers that read data sets become inputs of the network. Tops (outputs of layers) that are no layer's bottom (input)
 * become outputs of the network.
 *
 * @param net - Description in any version of the format; weights in it are ignored.
 * @throws {@link FcnError} for an unsupported type of layer or an unsupported setting; the message names the layer
 *   and its type. {@link ShapeError} if the shapes of connected layers do not fit. {@link OptionError} for an unknown
 *   option or value.
 */
export function buildCaffeNetwork(net: CaffeMessage, options: BuildCaffeOptions): CaffeNetwork {
  checkOptions('buildCaffeNetwork', options, BUILD_OPTIONS);
  const state = options.state ?? { phase: 'TEST' };
  checkOptions('buildCaffeNetwork', state, STATE);
  const definition = filterNet(upgradeNet(net), state);
  const layers = definition.messages('layer');
  if (layers.length > MAX_LAYERS) {
    throw new FcnError(
      `caffe: too many layers (got ${String(layers.length)}, at most ${String(MAX_LAYERS)})`,
    );
  }
  const building = new Building(options);
  for (const layer of layers) {
    if (isInputLayer(layer)) building.addInputs(layer);
    else building.addLayer(layer);
  }
  return building.finish(definition);
}

class Building {
  readonly #options: BuildCaffeOptions;
  readonly #inputShapes = new Map<string, Shape>();
  /** Tensor without numbers for every blob, as its last layer wrote it. */
  readonly #blobs = new Map<string, Tensor>();
  readonly #unread = new Set<string>();
  readonly #wires: Wire[] = [];
  readonly #names = new Set<string>();
  /** Names (`param { name }`) under which layers could share parameters. */
  readonly #shared = new Set<string>();
  readonly #lossWeights = new Map<string, number>();
  readonly #multipliers = new Map<string, ParameterMultipliers>();

  constructor(options: BuildCaffeOptions) {
    this.#options = options;
  }

  addInputs(layer: CaffeMessage): void {
    for (const [name, shape] of inputShapesOf(layer, this.#options)) {
      if (this.#blobs.has(name)) throw new FcnError(`caffe: two inputs have the name ${name}`);
      this.#blobs.set(name, Tensor.dry(shape, name));
      this.#inputShapes.set(name, shape);
    }
  }

  addLayer(definition: CaffeMessage): void {
    const name = definition.text('name');
    const type = definition.text('type');
    if (this.#names.has(name)) throw new FcnError(`caffe: two layers have the name ${name}`);
    this.#names.add(name);
    const builder = LAYER_BUILDERS.get(type);
    if (!builder) throw new FcnError(`layer ${name} (${type}): this type is unsupported`);
    const inputs = definition.texts('bottom');
    const outputs = definition.texts('top');
    const operands = inputs.map((bottom) => this.#blobOf(bottom, name));
    if (operands.length === 0) throw new FcnError(`layer ${name} (${type}): no bottom`);
    const layer = builder({
      name,
      definition,
      inputs: operands.map(({ shape }) => shape),
      outputs: outputs.length,
      maker: this.#options.maker,
    });
    this.#infer(name, layer, operands, outputs);
    for (const bottom of inputs) this.#unread.delete(bottom);
    for (const top of outputs) this.#unread.add(top);
    this.#noteLosses(definition, type, outputs);
    this.#noteMultipliers(name, layer, definition.messages('param'));
    this.#wires.push({ name, inputs, outputs, layer });
  }

  finish(definition: CaffeMessage): CaffeNetwork {
    const outputs = [...this.#unread];
    return {
      name: definition.text('name'),
      network: new WiredNetwork([...this.#inputShapes.keys()], this.#wires, outputs),
      inputShapes: this.#inputShapes,
      shapes: new Map(Array.from(this.#blobs, ([name, { shape }]) => [name, shape])),
      lossWeights: this.#lossWeights,
      multipliers: this.#multipliers,
      definition,
    };
  }

  #blobOf(name: string, reader: string): Tensor {
    const blob = this.#blobs.get(name);
    if (!blob) throw new FcnError(`layer ${reader}: bottom ${name} is no top of a layer before it`);
    return blob;
  }

  /** Runs the layer without numbers, which checks it and gives the shapes of its outputs. */
  #infer(
    name: string,
    layer: WiredLayer,
    operands: readonly Tensor[],
    outputs: readonly string[],
  ): void {
    const results = layer.forward(operands);
    if (results.length < outputs.length) {
      throw new FcnError(
        `layer ${name}: too many tops (got ${String(outputs.length)}, expected ${String(results.length)})`,
      );
    }
    outputs.forEach((top, i) => {
      const { shape } = results[i];
      if (!(numel(shape) <= MAX_BLOB)) {
        throw new FcnError(
          `layer ${name}: top ${top} is too large (got ${showShape(shape)}, at most 2^31 numbers)`,
        );
      }
      this.#blobs.set(top, results[i]);
    });
  }

  #noteLosses(definition: CaffeMessage, type: string, outputs: readonly string[]): void {
    const given = definition.numbers('loss_weight');
    outputs.forEach((top, i) => {
      const weight = given.at(i) ?? (type.endsWith('WithLoss') && i === 0 ? 1 : 0);
      if (weight !== 0) this.#lossWeights.set(top, weight);
    });
  }

  #noteMultipliers(name: string, layer: WiredLayer, specs: readonly CaffeMessage[]): void {
    for (const shared of specs.map((spec) => spec.text('name')).filter((each) => each !== '')) {
      if (this.#shared.has(shared)) {
        throw new FcnError(`layer ${name}: sharing the parameter ${shared} is unsupported`);
      }
      this.#shared.add(shared);
    }
    let i = 0;
    for (const [parameter, tensor] of layer.parameters?.() ?? []) {
      const multipliers = multipliersOf(specs.at(i++));
      if (multipliers.rate === 0) tensor.requiresGrad = false;
      this.#multipliers.set(`${name}.${parameter}`, multipliers);
    }
  }
}
