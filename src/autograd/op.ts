import type { Backend, FloatArray } from '../backend/backend.js';
import { IDENTITY_MAP, type CoordinateMap } from '../core/coordinate-map.js';
import { FcnError } from '../core/errors.js';
import { numel, type Shape } from '../core/shape.js';
import type { Origin } from '../tensor/origin.js';
import { Tensor, type Creator } from '../tensor/tensor.js';
import { isRecording } from './no-grad.js';

/** The tensors an op takes; trailing ones, such as a bias, may be left out. */
export type Inputs = readonly (Tensor | undefined)[];

/** What forward kept for backward. */
export type Saved = readonly FloatArray[];

/** Everything there is to say about an op. */
export interface OpRule<I extends Inputs, A extends object> {
  /** Name, as in messages and in the graph. */
  readonly name: string;
  /** Shape of the output. The only place that checks shapes, and throws `ShapeError`. */
  inferShape(inputs: I, attrs: A): Shape;
  /** Overwrites `y`; returns the buffers that backward needs beyond inputs and output. */
  forward(backend: Backend, inputs: I, attrs: A, y: Tensor): Saved | undefined;
  /** Adds to the gradient of every input that requires one. */
  backward(backend: Backend, inputs: I, attrs: A, y: Tensor, saved: Saved): void;
  /** How the pixels of an input lie under the output's, null if it has none; default: as they are. */
  coordinates?(attrs: A, input: number): CoordinateMap | null;
}

let serial = 0;

/** Makes an op of its rule: a function that computes, records and builds the graph. */
export function defineOp<I extends Inputs, A extends object>(
  rule: OpRule<I, A>,
): (inputs: I, attrs: A) => Tensor {
  return (inputs, attrs) => {
    const shape = rule.inferShape(inputs, attrs);
    const given = inputs.filter((input) => input !== undefined);
    const origin: Origin = {
      op: rule.name,
      attrs,
      inputs: given.map((input) => input.origin),
      maps: given.map((_, i) => (rule.coordinates ? rule.coordinates(attrs, i) : IDENTITY_MAP)),
      shape,
      name: undefined,
    };
    const backend = commonBackend(rule.name, given);
    if (backend === null) return new Tensor({ backend, data: new Float32Array(0), origin });

    const data = backend.alloc(numel(shape));
    const records = isRecording() && given.some((input) => input.requiresGrad);
    let saved: Saved = [];
    const creator: Creator | null = records
      ? {
          serial: ++serial,
          inputs: given,
          backward: () => {
            rule.backward(backend, inputs, attrs, y, saved);
          },
        }
      : null;
    const y = new Tensor({ backend, data, origin, creator, requiresGrad: records });
    try {
      saved = rule.forward(backend, inputs, attrs, y) ?? [];
    } catch (error) {
      y.free();
      throw error;
    }
    if (!records) for (const buffer of saved) backend.free(buffer);
    return y;
  };
}

/** The backend all inputs are on; null if one of them is dry. */
function commonBackend(op: string, inputs: readonly Tensor[]): Backend | null {
  const [first] = inputs;
  for (const input of inputs) {
    if (input.backend === null) return null;
    if (input.backend !== first.backend) {
      throw new FcnError(`${op}: its inputs live on different backends`);
    }
  }
  return first.backend;
}
