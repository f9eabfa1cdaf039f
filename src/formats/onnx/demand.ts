import type { OnnxGraph, OnnxNode } from '../../io/onnx/model.js';
import { OPERATORS } from './operators/index.js';
import { isFloat } from './value.js';

/**
 * Names of the values whose numbers are needed to build layers: settings of nodes, such as the size of a Resize, and
 * the values from which settings are computed.
 */
export function demandedValues({ nodes }: OnnxGraph): ReadonlySet<string> {
  const demanded = new Set<string>();
  // Nodes come after the nodes whose outputs they read, so one pass from last to first finds all.
  for (const node of nodes.toReversed()) {
    const isDemanded = node.outputs.some((output) => demanded.has(output));
    node.inputs.forEach((input, i) => {
      if (input === '' || isShapeOnly(node, i)) return;
      if (isDemanded || isSetting(node, i)) demanded.add(input);
    });
  }
  return demanded;
}

/** Initializers that layers compute with, each learned or frozen. */
export function parameterRoles(
  { nodes, initializers }: OnnxGraph,
  demanded: ReadonlySet<string>,
): ReadonlyMap<string, 'learned' | 'frozen'> {
  const roles = new Map<string, 'learned' | 'frozen'>();
  for (const node of nodes) {
    if (node.outputs.every((output) => demanded.has(output))) continue;
    node.inputs.forEach((input, i) => {
      const tensor = initializers.get(input);
      if (tensor === undefined || isShapeOnly(node, i)) return;
      if (isSetting(node, i) || isSettingIfKnown(node, i)) return;
      const isFrozen = operatorOf(node)?.frozen?.includes(i) ?? !isFloat(tensor.type);
      if (!isFrozen) roles.set(input, 'learned');
      else if (!roles.has(input)) roles.set(input, 'frozen');
    });
  }
  return roles;
}

function isSetting(node: OnnxNode, i: number): boolean {
  const settings = operatorOf(node)?.settings;
  return settings === 'all' || settings?.includes(i) === true;
}

function isSettingIfKnown(node: OnnxNode, i: number): boolean {
  return operatorOf(node)?.settingsIfKnown?.includes(i) === true;
}

function isShapeOnly(node: OnnxNode, i: number): boolean {
  return operatorOf(node)?.shapesOnly?.includes(i) === true;
}

function operatorOf({ op, domain }: OnnxNode) {
  return domain === '' ? OPERATORS.get(op) : undefined;
}
