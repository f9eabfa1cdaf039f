import { FcnError } from '../../core/errors.js';
import { numel, showShape, type Shape } from '../../core/shape.js';
import { filterNet, type NetState } from '../../io/caffe/filter-net.js';
import type { Message } from '../../io/caffe/message.js';
import { upgradeNet } from '../../io/caffe/upgrade.js';
import type { Maker } from '../../nn/parameter.js';
import { WiredNetwork, type Wire, type WiredLayer } from '../../nn/wired-network.js';
import {
  multipliersOf,
  type ParameterMultipliers,
  type MultipliersByName,
} from './parameter-multipliers.js';
import { inputShapesOf, isInputLayer, type CaffeInputOptions } from './inputs.js';
import { LAYER_BUILDERS } from './layers/index.js';
import { Tensor } from '../../tensor/tensor.js';

/** More layers than any network has. */
const MAX_LAYERS = 20_000;
/** No blob may have more numbers than this: no memory here could hold it. */
const MAX_BLOB = 2 ** 31;

/** How a network is built. */
export interface BuildCaffeOptions extends CaffeInputOptions {
  /** Where its parameters are made. */
  readonly maker: Maker;
  /** Which layers it has; default: those for use. */
  readonly state?: NetState;
}

/** A network as a file describes it. */
export interface CaffeNetwork {
  /** The name that the file gives it. */
  readonly name: string;
  /** What computes; its values have the names of Caffe's blobs. */
  readonly network: WiredNetwork;
  /** Shapes of the inputs with which it was built; others may do. */
  readonly inputShapes: ReadonlyMap<string, Shape>;
  /** Shape of every blob for these inputs, in the order in which they are computed. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Losses among the outputs, and their weights in the sum that is learned from. */
  readonly lossWeights: ReadonlyMap<string, number>;
  /** How fast each parameter learns and decays, where the file says so. */
  readonly multipliers: MultipliersByName;
  /** The network as it was read, in today's form, with the layers that are used. */
  readonly definition: Message;
}

/**
 * Builds the network that a NetParameter describes.
 *
 * Layers that read data sets become inputs. Outputs are what no layer reads.
 *
 * @param net - Of any age; may hold weights, which are left alone.
 * @throws {@link FcnError} for a layer of a type that is not read, or with settings that are not, named
 *   with its type; {@link ShapeError} where layers do not fit.
 */
export function buildCaffeNetwork(net: Message, options: BuildCaffeOptions): CaffeNetwork {
  const state = options.state ?? { phase: 'TEST' };
  const definition = filterNet(upgradeNet(net), state);
  const layers = definition.messages('layer');
  if (layers.length > MAX_LAYERS) {
    throw new FcnError(`the network has ${String(layers.length)} layers`);
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
  /** A dry tensor for every blob, as the last layer left it. */
  readonly #blobs = new Map<string, Tensor>();
  readonly #unread = new Set<string>();
  readonly #wires: Wire[] = [];
  readonly #names = new Set<string>();
  /** Names of parameters that other layers could share. */
  readonly #shared = new Set<string>();
  readonly #lossWeights = new Map<string, number>();
  readonly #multipliers = new Map<string, ParameterMultipliers>();

  constructor(options: BuildCaffeOptions) {
    this.#options = options;
  }

  addInputs(layer: Message): void {
    for (const [name, shape] of inputShapesOf(layer, this.#options)) {
      if (this.#blobs.has(name)) throw new FcnError(`the network has two inputs ${name}`);
      this.#blobs.set(name, Tensor.dry(shape, name));
      this.#inputShapes.set(name, shape);
    }
  }

  addLayer(definition: Message): void {
    const name = definition.text('name');
    const type = definition.text('type');
    if (this.#names.has(name)) throw new FcnError(`the network has two layers ${name}`);
    this.#names.add(name);
    const builder = LAYER_BUILDERS.get(type);
    if (!builder) throw new FcnError(`layer ${name} has type ${type}, which is not read`);
    const inputs = definition.texts('bottom');
    const outputs = definition.texts('top');
    const operands = inputs.map((bottom) => this.#blobOf(bottom, name));
    if (operands.length === 0) throw new FcnError(`layer ${name} (${type}) reads nothing`);
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

  finish(definition: Message): CaffeNetwork {
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
    if (!blob) throw new FcnError(`layer ${reader} reads ${name}, which nothing writes`);
    return blob;
  }

  /** Runs the layer without numbers: its outputs' shapes, and whether it fits. */
  #infer(
    name: string,
    layer: WiredLayer,
    operands: readonly Tensor[],
    outputs: readonly string[],
  ): void {
    const results = layer.forward(operands);
    if (results.length < outputs.length) {
      throw new FcnError(`layer ${name} writes ${outputs.slice(results.length).join(', ')}, too`);
    }
    outputs.forEach((top, i) => {
      const { shape } = results[i];
      if (!(numel(shape) <= MAX_BLOB)) {
        throw new FcnError(`layer ${name} would write ${showShape(shape)}`);
      }
      this.#blobs.set(top, results[i]);
    });
  }

  #noteLosses(definition: Message, type: string, outputs: readonly string[]): void {
    const given = definition.numbers('loss_weight');
    outputs.forEach((top, i) => {
      const weight = given.at(i) ?? (type.endsWith('WithLoss') && i === 0 ? 1 : 0);
      if (weight !== 0) this.#lossWeights.set(top, weight);
    });
  }

  #noteMultipliers(name: string, layer: WiredLayer, specs: readonly Message[]): void {
    for (const shared of specs.map((spec) => spec.text('name')).filter((each) => each !== '')) {
      if (this.#shared.has(shared)) throw new FcnError(`layer ${name} shares ${shared}: not read`);
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
