import { isNode, type OpNode } from '../autograd/op-node.js';
import type { AnyRule, Inputs, OpRule } from '../autograd/op-rule.js';

/** Entry of a table of exporters: the rule of an op, and the function that exports a node with this rule. */
export type Exporter<N> = readonly [AnyRule, (node: N) => void];

/** Makes the entry of an op from a function of the node and its attributes. */
export function exporterOf<
  N extends { readonly origin: OpNode },
  I extends Inputs,
  A extends object,
>(rule: OpRule<I, A>, write: (node: N, attrs: A) => void): Exporter<N> {
  return [
    rule,
    (node) => {
      if (isNode(node.origin, rule)) write(node, node.origin.attrs);
    },
  ];
}
