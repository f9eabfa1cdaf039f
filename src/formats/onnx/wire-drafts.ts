import { FcnError } from '../../core/errors.js';
import { numel, showShape, type Shape } from '../../core/shape.js';
import type { OnnxType } from '../../io/onnx/model.js';
import type { Wire, WiredLayer } from '../../nn/wired-network.js';
import { Tensor } from '../../tensor/tensor.js';
import type { ParameterStore } from './parameter-store.js';
import type { LiveValue, Value } from './value.js';

/** Limit on the numbers of a value, for hostile files: 2 GiB of float32. */
export const MAX_ELEMENTS: number = 2 ** 29;

/** Layer whose values do not have their final names yet. */
interface Draft {
  name: string;
  readonly inputs: readonly LiveValue[];
  readonly output: LiveValue;
  readonly layer: WiredLayer;
}

/** Layer to be added, as a function of all its operands in order. */
export interface LayerDraft {
  /** Name of the layer. */
  readonly name: string;
  /** Operands, known or live. */
  readonly operands: readonly Value[];
  /** Type of the output. */
  readonly type: OnnxType;
  /** Computation of the layer. */
  readonly layer: WiredLayer;
}

/** Layers of a network for one input shape, while it is built. */
export class WireDrafts {
  readonly #store: ParameterStore;
  readonly #drafts: Draft[] = [];
  readonly #names = new Set<string>();

  constructor(store: ParameterStore) {
    this.#store = store;
  }

  /** Number of layers so far. */
  get count(): number {
    return this.#drafts.length;
  }

  /** Adds an input of the network. */
  input(name: string, type: OnnxType, shape: Shape): LiveValue {
    this.#names.add(name);
    return { kind: 'live', name, type, shape };
  }

  /**
   * Adds a layer with one output. Known operands become parameters.
   *
   * @throws {@link ShapeError} if the operands do not fit.
   * @throws {@link FcnError} if the output has more than 2^29 numbers.
   */
  add({ name, operands, type, layer }: LayerDraft): LiveValue {
    const [{ shape }] = layer.forward(operands.map((operand) => Tensor.dry(operand.shape)));
    if (!(numel(shape) <= MAX_ELEMENTS)) {
      throw new FcnError(`value is too large (got ${showShape(shape)}, at most 2^29 numbers)`);
    }
    const output: LiveValue = { kind: 'live', name: this.#freeName(name), type, shape };
    const inputs = operands.filter((operand) => operand.kind === 'live');
    const fixed = operands.map((operand) =>
      operand.kind === 'known' ? this.#store.tensorOf(operand) : null,
    );
    this.#drafts.push({ name, inputs, output, layer: withFixed(layer, fixed) });
    return output;
  }

  /**
   * Gives a value its name in the file, and the layer that computes the value the name of its node.
   *
   * @param layer - New name of the layer.
   */
  rename(value: LiveValue, name: string, layer: string): void {
    const draft = this.#drafts.findLast(({ output }) => output === value);
    if (draft === undefined || this.#names.has(name)) return;
    draft.name = layer;
    this.#names.delete(value.name);
    this.#names.add(name);
    value.name = name;
  }

  /** Returns the layers, in order. */
  wires(): Wire[] {
    return this.#drafts.map(({ name, inputs, output, layer }) => ({
      name,
      inputs: inputs.map((input) => input.name),
      outputs: [output.name],
      layer,
    }));
  }

  #freeName(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}#${String(i)}`;
    this.#names.add(name);
    return name;
  }
}

/** Turns a layer of all operands into a layer of the live operands. */
function withFixed(layer: WiredLayer, fixed: readonly (Tensor | null)[]): WiredLayer {
  return {
    forward(inputs) {
      let next = 0;
      return layer.forward(fixed.map((tensor) => tensor ?? inputs[next++]));
    },
    setTraining(training, rng) {
      layer.setTraining?.(training, rng);
    },
  };
}
