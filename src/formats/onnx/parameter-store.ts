import type { Backend } from '../../backend/backend.js';
import { sameShape } from '../../core/shape.js';
import { leafOrigin } from '../../tensor/origin.js';
import { Tensor } from '../../tensor/tensor.js';
import type { KnownValue } from './value.js';

/** The parameters and constants of a network as tensors, made once for all input shapes. */
export class ParameterStore {
  readonly #backend: Backend | null;
  readonly #tensors = new Map<string, Tensor>();
  /** The numbers that a constant was made of. */
  readonly #sources = new Map<string, KnownValue>();

  /** @param backend - Where they live; null for shapes alone. */
  constructor(backend: Backend | null) {
    this.#backend = backend;
  }

  /** All tensors by the names of their values. */
  tensors(): ReadonlyMap<string, Tensor> {
    return this.#tensors;
  }

  /** Makes a parameter, to be found again by its name. */
  addParameter(value: KnownValue, requiresGrad: boolean): void {
    this.#tensors.set(value.name, this.#make(value, requiresGrad));
    this.#sources.set(value.name, value);
  }

  /** The tensor of a known value; constants are made when first asked for. */
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
