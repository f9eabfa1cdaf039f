import { OpNode } from '../autograd/op-node.js';
import { numel } from '../core/shape.js';
import type { Origin } from '../tensor/origin.js';

/** Multiplications with an addition that a node takes, by the rule of its op. */
export function macs(node: Origin): number {
  if (!(node instanceof OpNode)) return 0;
  const shapes = node.inputs.map(({ shape }) => shape);
  return node.rule.macs?.(shapes, node.shape) ?? 0;
}

/** Numbers in the parameters that a node takes. */
export function parameterCount(node: Origin): number {
  return node.inputs
    .filter(({ op }) => op === 'parameter')
    .reduce((sum, { shape }) => sum + numel(shape), 0);
}
