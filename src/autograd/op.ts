import type { Backend } from '../backend/backend.js';
import { FcnError } from '../core/errors.js';
import { numel } from '../core/shape.js';
import { Tensor, type Creator } from '../tensor/tensor.js';
import { isRecording } from './no-grad.js';
import { OpNode } from './op-node.js';
import type { Inputs, OpRule, Saved } from './op-rule.js';

let serial = 0;

/** Applies an op to tensors: computes, records for backward and adds a node to the graph. */
export function applyRule<I extends Inputs, A extends object>(
  rule: OpRule<I, A>,
  inputs: I,
  attrs: A,
): Tensor {
  const shape = rule.inferShape(inputs, attrs);
  const given = inputs.filter((input) => input !== undefined);
  const origin = new OpNode(
    rule,
    attrs,
    given.map((input) => input.origin),
    shape,
  );
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
}

/** Returns the backend of all inputs; null if one of them is dry. */
function commonBackend(op: string, inputs: readonly Tensor[]): Backend | null {
  const [first] = inputs;
  for (const input of inputs) {
    if (input.backend === null) return null;
    if (input.backend !== first.backend) {
      throw new FcnError(`${op}: inputs are on different backends`);
    }
  }
  return first.backend;
}
