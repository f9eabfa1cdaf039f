import { numel } from '../core/shape.js';
import type { Origin } from '../tensor/origin.js';

/**
 * Multiplications with an addition that a node takes: those of convolutions, transposed ones and
 * linear layers, with every tap counted, in the padding and at zero weights too; 0 for other ops.
 */
export function macs(node: Origin): number {
  const [x, weight] = node.inputs;
  switch (node.op) {
    case 'conv2d':
    case 'linear':
      return numel(node.shape) * numel(weight.shape.slice(1));
    case 'convTranspose2d':
      return numel(x.shape) * numel(weight.shape.slice(1));
    default:
      return 0;
  }
}

/** Numbers in the parameters that a node takes. */
export function parameterCount(node: Origin): number {
  return node.inputs
    .filter(({ op }) => op === 'parameter')
    .reduce((sum, { shape }) => sum + numel(shape), 0);
}
