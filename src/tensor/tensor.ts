import { checkOptions, FLAG, TEXT, type OptionChecks } from '../core/check-options.js';
import ndarray from 'ndarray';
import type { FloatArray } from '../backend/attributes.js';
import type { Backend } from '../backend/backend.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { assertShape, numel, showShape, type Shape } from '../core/shape.js';
import { leafOrigin, type Origin } from './origin.js';
import { readStrided, type Ndarray, type NdarrayLike } from './ndarray-like.js';

/** Record of the op that computed a tensor, kept while gradients are recorded. */
export interface Creator {
  /** Grows with every op: the order in which tensors were made. */
  readonly serial: number;
  /** The tensors it was computed from. */
  readonly inputs: readonly Tensor[];
  /** Adds this tensor's gradient, sent back through the op, to the gradients of the inputs. */
  backward(): void;
}

/** Options of {@link Tensor.from}. */
export interface TensorOptions {
  /** True for a learned parameter. */
  readonly requiresGrad?: boolean;
  /** Name of the tensor in the graph, such as `conv1_1.weight`. */
  readonly name?: string;
}

const OPTIONS: OptionChecks<TensorOptions> = { requiresGrad: FLAG, name: TEXT };

/** Parts of a tensor. */
export interface TensorParts {
  /** See {@link Tensor.backend}. */
  readonly backend: Backend | null;
  /** The numbers, row-major; empty for a dry tensor. */
  readonly data: FloatArray;
  /** See {@link Tensor.origin}; it holds the shape. */
  readonly origin: Origin;
  /** See {@link Tensor.creator}; none by default. */
  readonly creator?: Creator | null;
  /** True if a gradient is wanted; false by default. */
  readonly requiresGrad?: boolean;
}

/** Numbers with a shape on a backend, and where they came from. */
export class Tensor {
  /** Where the numbers live and what computes with them; null for a dry tensor, which has none. */
  readonly backend: Backend | null;
  /** Extents, outermost first; feature maps are `[N, C, H, W]`. */
  readonly shape: Shape;
  /** Node of the graph that this tensor stands for. */
  readonly origin: Origin;
  /** Op that computed the tensor; null for leaves and while no gradient is recorded. */
  readonly creator: Creator | null;
  #requiresGrad: boolean;
  readonly #data: FloatArray;
  #grad: FloatArray | null = null;

  /** For ops; everyone else uses {@link Tensor.from}, {@link Tensor.zeros} or {@link Tensor.dry}. */
  constructor({ backend, data, origin, creator = null, requiresGrad = false }: TensorParts) {
    this.backend = backend;
    this.#data = data;
    this.shape = origin.shape;
    this.origin = origin;
    this.creator = creator;
    this.#requiresGrad = requiresGrad;
  }

  /**
   * Copies numbers onto a backend.
   *
   * @param values - An array, a typed array (row-major, as many numbers as the shape has elements),
   *   or anything shaped like an ndarray, whose own shape must then equal `shape`.
   * @throws {@link ShapeError} if the count or the shape does not fit.
   */
  static from(
    backend: Backend,
    values: ArrayLike<number> | NdarrayLike,
    shape: Shape,
    options: TensorOptions = {},
  ): Tensor {
    checkOptions('Tensor.from', options, OPTIONS);
    assertShape('Tensor.from', shape);
    const flat = 'stride' in values ? readStrided(values, shape) : values;
    if (flat.length !== numel(shape)) {
      throw new ShapeError(
        `Tensor.from: ${showShape(shape)} takes ${String(numel(shape))} numbers, got ${String(flat.length)}`,
      );
    }
    const data = backend.alloc(flat.length);
    data.set(flat);
    return leaf(backend, data, shape, options);
  }

  /** A tensor of zeros. */
  static zeros(backend: Backend, shape: Shape, options: TensorOptions = {}): Tensor {
    checkOptions('Tensor.zeros', options, OPTIONS);
    assertShape('Tensor.zeros', shape);
    return leaf(backend, backend.allocZeros(numel(shape)), shape, options);
  }

  /** A tensor that has a shape but no numbers: ops on it infer shapes and build the graph only. */
  static dry(shape: Shape, name?: string): Tensor {
    assertShape('Tensor.dry', shape);
    return new Tensor({
      backend: null,
      data: new Float32Array(0),
      origin: leafOrigin('input', shape, name),
    });
  }

  /**
   * The numbers, row-major.
   *
   * @throws {@link FcnError} for a dry tensor and for one whose memory was given back.
   */
  get data(): FloatArray {
    this.#liveBackend('numbers');
    return this.#data;
  }

  /** True if backward has to send a gradient here. */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }

  /**
   * Freezes (`false`) or thaws a leaf, for the ops that come.
   *
   * @throws {@link FcnError} for what an op computed.
   */
  set requiresGrad(value: boolean) {
    if (this.creator !== null) throw new FcnError(`${this.describe()} is not a leaf`);
    this.#requiresGrad = value;
  }

  /**
   * The gradient, of the tensor's shape; made, with zeros, when first asked for.
   *
   * @throws {@link FcnError} for a dry tensor and for one whose memory was given back.
   */
  get grad(): FloatArray {
    const backend = this.#liveBackend('gradient');
    if (this.#grad === null || !backend.isLive(this.#grad)) {
      this.#grad = backend.allocZeros(numel(this.shape));
    }
    return this.#grad;
  }

  /** True once the gradient's memory exists. */
  get hasGrad(): boolean {
    return this.#grad !== null && this.backend?.isLive(this.#grad) === true;
  }

  /** Sets the gradient to zero; no work where there is none yet. */
  zeroGrad(): void {
    if (this.hasGrad) this.#grad?.fill(0);
  }

  /** Gives the gradient's memory back. */
  freeGrad(): void {
    if (this.#grad !== null && this.hasGrad) this.backend?.free(this.#grad);
    this.#grad = null;
  }

  /**
   * Gives numbers and gradient back; no work the second time. Using either afterwards is an error, in
   * every tensor over the same memory.
   */
  free(): void {
    this.freeGrad();
    if (this.backend?.isLive(this.#data) === true) this.backend.free(this.#data);
  }

  /** The same numbers, in the same memory, through which no gradient flows back. */
  detach(): Tensor {
    return new Tensor({
      backend: this.backend,
      data: this.#data,
      origin: leafOrigin('input', this.shape),
    });
  }

  /**
   * The only number of a tensor with one element.
   *
   * @throws {@link ShapeError} if it has more.
   */
  item(): number {
    if (numel(this.shape) !== 1) throw new ShapeError(`item: ${this.describe()} is not a scalar`);
    return this.data[0];
  }

  /**
   * The numbers as an ndarray over the same memory: valid until they are given back.
   *
   * The only method that needs code generation, which the ndarray package uses at its first call:
   * under a content security policy without `unsafe-eval` it throws.
   */
  toNdarray(): Ndarray {
    return ndarray(this.data, [...this.shape]);
  }

  /** Describes the tensor, for messages. */
  describe(): string {
    return `${this.origin.name ?? this.origin.op} ${showShape(this.shape)}`;
  }

  /** @throws {@link FcnError} if the tensor is dry, or its memory has been released. */
  #liveBackend(what: string): Backend {
    if (this.backend === null) throw new FcnError(`a dry tensor has no ${what}`);
    if (!this.backend.isLive(this.#data)) {
      throw new FcnError(`the memory of ${this.describe()} was given back`);
    }
    return this.backend;
  }
}

function leaf(backend: Backend, data: FloatArray, shape: Shape, options: TensorOptions): Tensor {
  const requiresGrad = options.requiresGrad ?? false;
  const origin = leafOrigin(requiresGrad ? 'parameter' : 'input', shape, options.name);
  return new Tensor({ backend, data, origin, requiresGrad });
}
