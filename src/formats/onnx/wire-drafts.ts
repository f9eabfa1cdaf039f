import { FcnError } from '../../core/errors.js';
import { numel, showShape, type Shape } from '../../core/shape.js';
import type { OnnxType } from '../../io/onnx/model.js';
import type { Wire, WiredLayer } from '../../nn/wired-network.js';
import { Tensor } from '../../tensor/tensor.js';
import type { ParameterStore } from './parameter-store.js';
import type { LiveValue, Value } from './value.js';

/** A value of more numbers is taken for an attack: 2 GiB of float32. */
export const MAX_ELEMENTS: number = 2 ** 29;

/** A layer whose values do not have their final names yet. */
interface Draft {
  name: string;
  readonly inputs: readonly LiveValue[];
  readonly output: LiveValue;
  readonly layer: WiredLayer;
}

/** What a layer is to compute, from tensors of all its operands in order. */
export interface LayerDraft {
  /** Name of the layer. */
  readonly name: string;
  /** Its operands. */
  readonly operands: readonly Value[];
  /** Type of what it gives. */
  readonly type: OnnxType;
  /** What it computes. */
  readonly layer: WiredLayer;
}

/** The layers of a network for one input shape, as they are being put together. */
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

  /** A value that comes from outside. */
  input(name: string, type: OnnxType, shape: Shape): LiveValue {
    this.#names.add(name);
    return { kind: 'live', name, type, shape };
  }

  /**
   * Adds a layer of one output; known operands become parameters.
   *
   * @throws {@link ShapeError} if the operands do not fit.
   * @throws {@link FcnError} if its output has more than 2^29 numbers.
   */
  add({ name, operands, type, layer }: LayerDraft): LiveValue {
    const [{ shape }] = layer.forward(operands.map((operand) => Tensor.dry(operand.shape)));
    if (!(numel(shape) <= MAX_ELEMENTS)) {
      throw new FcnError(`${showShape(shape)} has more numbers than a value may have`);
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
   * Gives a value the name that it has in the file, and the layer that makes it the name of its node.
   *
   * @param layer - Name of the layer.
   */
  rename(value: LiveValue, name: string, layer: string): void {
    const draft = this.#drafts.findLast(({ output }) => output === value);
    if (draft === undefined || this.#names.has(name)) return;
    draft.name = layer;
    this.#names.delete(value.name);
    this.#names.add(name);
    value.name = name;
  }

  /** The layers, in order. */
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

/** The layer as a function of its live operands alone. */
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
