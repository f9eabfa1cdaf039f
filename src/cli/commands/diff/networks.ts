import type { Pair } from '../../../core/shape.js';
import { diffGraphs, type LayerDiff } from '../../../graph/diff-graphs.js';
import { trace, type Graph } from '../../../graph/trace.js';
import { openNetwork } from '../../../open/open-network.js';
import { recognisable } from '../../../open/recognisable.js';
import type { DiffFindings, DiffOptions } from './findings.js';

/** Compares two networks, layer by layer, whatever files or names they come from. */
export async function diffNetworks(
  a: string,
  b: string,
  { size }: DiffOptions,
): Promise<DiffFindings> {
  const layers = diffGraphs(await graphOf(a, size), await graphOf(b, size));
  const differing = layers.filter(({ state }) => state !== 'equal');
  const first = differing.at(0)?.name ?? null;
  const counts = (['equal', 'changed', 'resized', 'only in A', 'only in B'] as const).map(
    (state) => [state, layers.filter((layer) => layer.state === state).length] as const,
  );
  const summary = counts.map(([state, count]) => `${String(count)} ${state}`).join(', ');
  const total = `${String(layers.length)} layers, inputs and outputs counted: ${summary}`;
  return {
    json: { size, layers, first, counts: Object.fromEntries(counts) },
    lines: [
      ...[`A ${a}`, `B ${b}`, ''],
      ...differing.flatMap(linesOf),
      ...(differing.length > 0 ? [''] : []),
      `${total}${first === null ? '' : `; first difference: ${first}`}`,
    ],
    first,
  };
}

async function graphOf(source: string, size: Pair): Promise<Graph> {
  using opened = await openNetwork(source, { structureOnly: true });
  const { network, shapes } = recognisable(opened, size);
  return trace(network, shapes);
}

function linesOf({ name, state, changes }: LayerDiff): string[] {
  const details = changes.map(({ field, a, b }) => `  ${field}: ${a || 'none'} → ${b || 'none'}`);
  return [`${name}: ${state}`, ...details];
}
