import type { Backend } from '../../backend/backend.js';
import { sameShape } from '../../core/shape.js';
import { leafOrigin } from '../../tensor/origin.js';
import { Tensor } from '../../tensor/tensor.js';
import type { KnownValue } from './value.js';

/** Parameters and constants of a network as tensors, made once for all input shapes. */
export class ParameterStore {
  readonly #backend: Backend | null;
  readonly #tensors = new Map<string, Tensor>();
  /** Value from which each tensor was made. */
  readonly #sources = new Map<string, KnownValue>();

  /** @param backend - Backend of the tensors; null for shapes without numbers. */
  constructor(backend: Backend | null) {
    this.#backend = backend;
  }

  /** Returns all tensors by the names of their values. */
  tensors(): ReadonlyMap<string, Tensor> {
    return this.#tensors;
  }

  /** Adds a parameter under its name. */
  addParameter(value: KnownValue, requiresGrad: boolean): void {
    this.#tensors.set(value.name, this.#make(value, requiresGrad));
    this.#sources.set(value.name, value);
  }

  /** Returns the tensor of a known value; makes it on the first request if it is a constant. */
  tensorOf(value: KnownValue): Tensor {
    for (let i = 0; ; i++) {
      const name = i === 0 ? value.name : `${value.name}#${String(i)}`;
      const source = this.#sources.get(name);
      const tensor = this.#tensors.get(name);
      if (tensor === undefined || source === undefined) {
        const made = this.#make(value, false);
        this.#tensors.set(name, made);
        this.#sources.set(name, value);
        return made;
      }
      if (value.isParameter || sameNumbers(source, value)) return tensor;
    }
  }

  #make({ shape, data, name }: KnownValue, requiresGrad: boolean): Tensor {
    if (this.#backend !== null) {
      return Tensor.from(this.#backend, data, shape, { requiresGrad, name });
    }
    const origin = leafOrigin('parameter', shape, name);
    return new Tensor({ backend: null, data: new Float32Array(0), origin, requiresGrad });
  }
}

function sameNumbers(a: KnownValue, b: KnownValue): boolean {
  return sameShape(a.shape, b.shape) && a.data.every((value, i) => Object.is(value, b.data[i]));
}
