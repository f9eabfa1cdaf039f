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

/** Number of built networks that are kept, one per combination of input shapes. */
const MOST_BUILT = 8;

/** Graph input or graph output as the file declares it. */
export interface OnnxGraphValue {
  /** Name of the value. */
  readonly name: string;
  /** Type of the elements; null if the file does not declare it. */
  readonly type: OnnxType | null;
  /** Extents, each a number, a name such as `batch`, or null for any; null if the rank is not declared. */
  readonly dims: OnnxValueInfo['dims'];
}

/** Graph output for inputs of certain shapes. */
export interface OnnxOutput {
  /** Name of the output. */
  readonly name: string;
  /** Type of the elements. */
  readonly type: OnnxType;
  /** Shape of the output. */
  readonly shape: Shape;
}

/**
 * Network read from an ONNX file. It can run, train and be traced like this library's own networks.
 *
 * Layers are built when the network first gets inputs of certain shapes; all of them share the weights. Tensors of
 * all element types hold floats. {@link OnnxNetwork.setTraining}, not the file, switches batch normalisation and
 * dropout to training.
 */
export class OnnxNetwork implements Network {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Inputs as the file declares them, without initializers. */
  readonly graphInputs: readonly OnnxGraphValue[];
  /** Outputs as the file declares them. */
  readonly graphOutputs: readonly OnnxGraphValue[];
  readonly #parts: Pick<NetworkParts, 'model' | 'demanded' | 'store'>;
  readonly #built = new Map<string, BuiltNetwork>();
  #mode: { readonly training: boolean; readonly rng: Rng | undefined } | null = null;

  /** @param backend - Backend of the parameters; null for a network of shapes without numbers. */
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
    // Files before IR version 4 also list the initializers as graph inputs.
    this.graphInputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
    this.graphOutputs = graph.outputs;
    this.inputs = this.graphInputs.map(({ name }) => name);
    this.outputs = this.graphOutputs.map(({ name }) => name);
  }

  /**
   * Computes all outputs.
   *
   * @throws {@link ShapeError} if an input's shape does not fit the file.
   * @throws {@link FcnError} if an input is missing or the graph cannot be built.
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
   * Returns shapes and types of the outputs for inputs of these shapes, without computing the outputs.
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
   * Returns the initializers by their names in the file, and the constants that layers compute with. Constants and
   * the running statistics of batch normalisations require no gradient.
   */
  parameters(): ReadonlyMap<string, Tensor> {
    return this.#parts.store.tensors();
  }

  setTraining(training: boolean, rng?: Rng): void {
    this.#mode = { training, rng };
    for (const { network } of this.#built.values()) network.setTraining(training, rng);
  }

  /** Shape of each input, with its numbers if layers are built from them. */
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

/** @throws {@link ShapeError} if a shape does not fit the file, or if one name would stand for two extents. */
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
        `onnx: input ${name} has the wrong shape (got ${showShape(shape)}, expected [${expected}])`,
      );
    }
  }
}
