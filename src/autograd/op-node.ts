import type { CoordinateMap } from '../core/coordinate-map.js';
import type { Shape } from '../core/shape.js';
import type { Origin } from '../tensor/origin.js';
import type { Inputs, OpRule } from './op-rule.js';

/** Node of a network's graph that an op computes. */
export class OpNode<A extends object = object> implements Origin {
  /** Rule of the op. */
  readonly rule: OpRule<Inputs, A>;
  readonly op: string;
  readonly attrs: A;
  readonly inputs: readonly Origin[];
  readonly maps: readonly (CoordinateMap | null)[];
  readonly shape: Shape;
  name: string | undefined = undefined;

  constructor(rule: OpRule<Inputs, A>, attrs: A, inputs: readonly Origin[], shape: Shape) {
    this.rule = rule;
    this.op = rule.name;
    this.attrs = attrs;
    this.inputs = inputs;
    this.maps = inputs.map((_, i) => rule.geometry.coordinates(attrs, i));
    this.shape = shape;
  }
}

/** True if an op computes the node and has this rule: the attributes are then those of the rule. */
export function isNode<I extends Inputs, A extends object>(
  node: Origin,
  rule: OpRule<I, A>,
): node is OpNode<A> {
  return node instanceof OpNode && node.rule === rule;
}
