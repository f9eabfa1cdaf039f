import { showShape } from '../core/shape.js';
import type { Origin } from '../tensor/origin.js';
import { nodeName, type Graph } from './trace.js';

/** Field in which two layers of one name differ. */
export interface LayerChange {
  /** Field: `op`, `inputs`, `parameters`, `shape`, or an attribute such as `stride`. */
  readonly field: string;
  /** Value in A, as text; empty if A has none. */
  readonly a: string;
  /** Value in B, as text; empty if B has none. */
  readonly b: string;
}

/** Difference between the layers of one name in two graphs. */
export interface LayerDiff {
  /** Name of the layer. */
  readonly name: string;
  /** `resized`: only the shape differs, as in layers after a changed one. */
  readonly state: 'equal' | 'changed' | 'resized' | 'only in A' | 'only in B';
  /** Fields that differ. */
  readonly changes: readonly LayerChange[];
}

/**
 * Compares two graphs layer by layer: by the names of the layers, in the order of A, then what only B has. Inputs
 * and outputs count as layers.
 */
export function diffGraphs(a: Graph, b: Graph): LayerDiff[] {
  const [inA, inB] = [factsByName(a), factsByName(b)];
  return [...new Set([...inA.keys(), ...inB.keys()])].map((name): LayerDiff => {
    const [before, after] = [inA.get(name), inB.get(name)];
    if (before === undefined) return { name, state: 'only in B', changes: [] };
    if (after === undefined) return { name, state: 'only in A', changes: [] };
    const changes = changesBetween(before, after);
    const isResized = changes.every(({ field }) => field === 'shape');
    const state = changes.length === 0 ? 'equal' : isResized ? 'resized' : 'changed';
    return { name, state, changes };
  });
}

/** Fields of a layer, as texts. */
type Facts = ReadonlyMap<string, string>;

function factsByName({ nodes, inputs, outputs }: Graph): Map<string, Facts> {
  const layers = [...inputs, ...nodes].map((node) => [nodeName(node), factsOf(node)] as const);
  return new Map([
    ...layers,
    ['(outputs)', new Map([['inputs', outputs.map(nodeName).join(', ')]])],
  ]);
}

function factsOf({ op, attrs, inputs, shape }: Origin): Facts {
  const isParameter = (node: Origin): boolean => node.op === 'parameter';
  const values = inputs.filter((node) => !isParameter(node)).map(nodeName);
  const parameters = inputs.filter(isParameter).map((node) => showShape(node.shape));
  return new Map([
    ['op', op],
    ['inputs', values.join(', ')],
    ...Object.entries(attrs).map(([key, value]) => [key, JSON.stringify(value)] as const),
    ['parameters', parameters.join(', ')],
    ['shape', showShape(shape)],
  ]);
}

function changesBetween(before: Facts, after: Facts): LayerChange[] {
  const fields = new Set([...before.keys(), ...after.keys()]);
  return Array.from(fields, (field) => {
    return { field, a: before.get(field) ?? '', b: after.get(field) ?? '' };
  }).filter(({ a, b }) => a !== b);
}
