import type { Backend } from '../../backend/backend.js';
import { FcnError, ShapeError } from '../../core/errors.js';
import type { Rng } from '../../core/rng.js';
import { showShape, type Shape } from '../../core/shape.js';
import type { OnnxModel, OnnxType, OnnxValueInfo } from '../../io/onnx/model.js';
import type { Observer } from '../../nn/forward-pass.js';
import type { Network } from '../../nn/network.js';
import type { Tensor } from '../../tensor/tensor.js';
import { buildNetwork, type BuiltNetwork, type NetworkParts } from './build-network.js';
import { demandedValues, parameterRoles } from './demand.js';
import { ParameterStore } from './parameter-store.js';

/** Networks kept, one for each combination of input shapes that was used last. */
const MOST_BUILT = 8;

/** What a file says about an input or an output. */
export interface OnnxGraphValue {
  /** Its name. */
  readonly name: string;
  /** Type of its elements; null if the file does not say. */
  readonly type: OnnxType | null;
  /** Extents: a number, a name that stands for one, or null for any; null where even the rank is open. */
  readonly dims: OnnxValueInfo['dims'];
}

/** What an output is for inputs of certain shapes. */
export interface OnnxOutput {
  /** Its name. */
  readonly name: string;
  /** Type of its elements. */
  readonly type: OnnxType;
  /** Its extents. */
  readonly shape: Shape;
}

/**
 * A network read from an ONNX file: runs, learns and can be traced like one of this library's own.
 *
 * Its layers are built when shapes of inputs are first met; weights are shared between them. Tensors of
 * all element types hold floats. Whether batch normalisation and dropout are in training follows from
 * {@link OnnxNetwork.setTraining}, not from the file.
 */
export class OnnxNetwork implements Network {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What the file says about the inputs. */
  readonly graphInputs: readonly OnnxGraphValue[];
  /** What the file says about the outputs. */
  readonly graphOutputs: readonly OnnxGraphValue[];
  readonly #parts: Pick<NetworkParts, 'model' | 'demanded' | 'store'>;
  readonly #built = new Map<string, BuiltNetwork>();
  #mode: { readonly training: boolean; readonly rng: Rng | undefined } | null = null;

  /** @param backend - Where the parameters live; null for shapes alone. */
  constructor(model: OnnxModel, backend: Backend | null) {
    const { graph } = model;
    const demanded = demandedValues(graph);
    const store = new ParameterStore(backend);
    for (const [name, role] of parameterRoles(graph, demanded)) {
      const tensor = graph.initializers.get(name);
      if (tensor === undefined) continue;
      const { dims: shape, type, data } = tensor;
      const value = { kind: 'known', name, type, shape, data, isParameter: true } as const;
      store.addParameter(value, role === 'learned');
    }
    this.#parts = { model, demanded, store };
    // Files of before IR version 4 list initialisers among the inputs.
    this.graphInputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
    this.graphOutputs = graph.outputs;
    this.inputs = this.graphInputs.map(({ name }) => name);
    this.outputs = this.graphOutputs.map(({ name }) => name);
  }

  /**
   * Computes all outputs.
   *
   * @throws {@link ShapeError} if an input's shape is none that the file allows.
   * @throws {@link FcnError} if an input is missing, or the graph cannot be built.
   */
  run(inputs: ReadonlyMap<string, Tensor>, observe?: Observer): ReadonlyMap<string, Tensor> {
    const { network, outputs } = this.#networkFor(this.#given(inputs));
    const live = new Map(
      network.inputs.flatMap((name) => {
        const tensor = inputs.get(name);
        return tensor ? [[name, tensor] as const] : [];
      }),
    );
    const results = network.run(live, observe);
    return new Map(
      outputs.flatMap(([name, value]) => {
        const tensor = results.get(value.name);
        return tensor ? [[name, tensor] as const] : [];
      }),
    );
  }

  /**
   * Shapes and types of the outputs for inputs of these shapes, without computing them.
   *
   * @throws {@link ShapeError} {@link FcnError} as {@link OnnxNetwork.run}.
   */
  describe(shapes: ReadonlyMap<string, Shape>): OnnxOutput[] {
    const given = this.graphInputs.map(({ name, type }) => {
      const shape = shapes.get(name);
      if (shape === undefined) throw new FcnError(`onnx: input ${name} is missing`);
      return [name, { type: type ?? 'float32', shape }] as const;
    });
    const { outputs } = this.#networkFor(new Map(given));
    return outputs.map(([name, { type, shape }]) => ({ name, type, shape }));
  }

  /**
   * Initialisers by their names in the file, and constants that layers compute with; the latter, and
   * the statistics of batch normalisations, require no gradient.
   */
  parameters(): ReadonlyMap<string, Tensor> {
    return this.#parts.store.tensors();
  }

  setTraining(training: boolean, rng?: Rng): void {
    this.#mode = { training, rng };
    for (const { network } of this.#built.values()) network.setTraining(training, rng);
  }

  /** Shape of each input, and its numbers where those decide what is built. */
  #given(inputs: ReadonlyMap<string, Tensor>): NetworkParts['inputs'] {
    return new Map(
      this.graphInputs.map(({ name, type }) => {
        const tensor = inputs.get(name);
        if (tensor === undefined) throw new FcnError(`onnx: input ${name} is missing`);
        const { shape } = tensor;
        if (!this.#parts.demanded.has(name)) return [name, { type: type ?? 'float32', shape }];
        const data = Float64Array.from(tensor.data);
        const known = { kind: 'known', type: type ?? 'float32', isParameter: false } as const;
        return [name, { ...known, name, shape, data }];
      }),
    );
  }

  #networkFor(inputs: NetworkParts['inputs']): BuiltNetwork {
    const key = JSON.stringify(
      Array.from(inputs, ([, value]) => [
        value.shape,
        'data' in value ? Array.from(value.data, String) : null,
      ]),
    );
    const known = this.#built.get(key);
    if (known) return known;
    checkShapes(this.graphInputs, inputs);
    const built = buildNetwork({ ...this.#parts, inputs });
    if (this.#mode) built.network.setTraining(this.#mode.training, this.#mode.rng);
    const [oldest] = this.#built.keys();
    if (this.#built.size >= MOST_BUILT) this.#built.delete(oldest);
    this.#built.set(key, built);
    return built;
  }
}

/** @throws {@link ShapeError} where a shape is not the file's, or a name stands for two extents. */
function checkShapes(ports: readonly OnnxGraphValue[], inputs: NetworkParts['inputs']): void {
  const named = new Map<string, number>();
  for (const { name, dims } of ports) {
    const shape = inputs.get(name)?.shape;
    if (dims === null || shape === undefined) continue;
    const fits = dims.every((dim, axis) => {
      if (typeof dim === 'number') return dim === shape[axis];
      if (dim === null || dim === '') return true;
      const extent = named.get(dim) ?? shape[axis];
      named.set(dim, extent);
      return extent === shape[axis];
    });
    if (!fits || dims.length !== shape.length) {
      const expected = dims.map((dim) => dim ?? '?').join(', ');
      throw new ShapeError(
        `onnx: input ${name} is [${expected}] in the file, got ${showShape(shape)}`,
      );
    }
  }
}
