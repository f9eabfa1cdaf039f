import type { OnnxGraph, OnnxNode } from '../../io/onnx/model.js';
import { OPERATORS } from './operators/index.js';
import { isFloat } from './value.js';

/**
 * Names of the values whose numbers decide what is built, such as the size of a Resize: settings of
 * nodes, and what those are computed from.
 */
export function demandedValues({ nodes }: OnnxGraph): ReadonlySet<string> {
  const demanded = new Set<string>();
  // Nodes stand behind those they read from: from the last to the first, one pass meets all.
  for (const node of nodes.toReversed()) {
    const isDemanded = node.outputs.some((output) => demanded.has(output));
    node.inputs.forEach((input, i) => {
      if (input === '' || isShapeOnly(node, i)) return;
      if (isDemanded || isSetting(node, i)) demanded.add(input);
    });
  }
  return demanded;
}

/** The initialisers that layers compute with, and whether the network learns them. */
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
