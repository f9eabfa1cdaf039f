import type { ParameterMaker } from '../../nn/parameter.js';
import { WiredNetwork, type WiredLayer } from '../../nn/wired-network.js';
import { makeLayer } from './layer-module.js';
import type { DefinedLayer } from './layer.js';
import type { NetworkDefinition } from './network-definition.js';

/** The last layer to be filled: seeds of model recipes count on the skips being scored before it. */
const FILLED_LAST = 'score_fr';

/**
 * Builds the eager network of a definition: its images in, its scores out. Labels and losses are left out.
 *
 * @param outputs - Values that the network gives.
 */
export function wireDefinition(
  maker: ParameterMaker,
  { layers }: NetworkDefinition,
  outputs: readonly string[],
): WiredNetwork {
  const inputs = layers.flatMap((layer) => (layer.kind === 'input' ? [layer.value] : []));
  const computed = layers.filter(({ kind }) => !['input', 'labels', 'loss'].includes(kind));
  const made = new Map<DefinedLayer, WiredLayer>();
  const filled = computed.toSorted((a, b) => rank(a) - rank(b));
  for (const layer of filled) made.set(layer, makeLayer(maker, layer));
  const wires = computed.map((layer) => ({
    name: layer.name,
    inputs: layer.inputs,
    outputs: layer.outputs,
    layer: made.get(layer) ?? makeLayer(maker, layer),
  }));
  return new WiredNetwork(inputs, wires, outputs);
}

function rank({ name }: DefinedLayer): number {
  return name === FILLED_LAST ? 1 : 0;
}
