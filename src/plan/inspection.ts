import { isNode } from '../autograd/op-node.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import { numel, type Shape } from '../core/shape.js';
import type { InputShapes } from '../graph/input-shapes.js';
import { summarize, type SummaryRow } from '../graph/summary.js';
import { nodeName, trace, type Graph } from '../graph/trace.js';
import type { Module } from '../nn/module.js';
import type { Network } from '../nn/network.js';
import { convTranspose2dRule } from '../ops/conv-transpose2d.js';
import { arenaUses, type ArenaUse } from './arena-use.js';
import { formNamed } from './algorithms/winograd/form.js';
import { draftPlan, type PlanDraft } from './compile.js';
import { layerCost } from './algorithms/cost.js';
import { membersOf } from './describe-programs.js';
import { describeLayers } from './describe.js';
import type { LayerDescription } from './plan.js';
import type { PlanMode } from './layers/plan-mode.js';
import type { Port } from './ports.js';

/** Description of a layer of a plan that has not run. */
export interface InspectedLayer extends LayerDescription {
  /** Name of its op, for layers without a kind of their own; else its kind. */
  readonly op: string;
  /** Properties that were recognised and layers that were fused, in words. */
  readonly notes: readonly string[];
  /** Names of the values that it reads. */
  readonly inputs: readonly string[];
  /** Name of the value that it writes. */
  readonly output: string;
  /** Rows of the image that a pixel of its output sees; null if that is undefined. */
  readonly receptiveField: number | null;
  /** Rows of the image between neighbouring pixels of its output; null if that is undefined. */
  readonly stride: number | null;
  /** Numbers in its parameters. */
  readonly parameters: number;
  /** Multiplications with an addition, every tap counted, as the eager network does them. */
  readonly macs: number;
  /** Predicted share of the time of a run, 0 … 1. */
  readonly timeShare: number;
}

/** An op of the network before any fusion. */
export interface InspectedNode extends Omit<SummaryRow, 'parameters' | 'macs'> {
  /** Names of the nodes that it is computed from, without parameters. */
  readonly inputs: readonly string[];
}

/** A network for one input size, as a plan computes it. */
export interface Inspection {
  /** Shape `[1, C, H, W]` of the first input. */
  readonly inputShape: Shape;
  /** Shape of the first output. */
  readonly outputShape: Shape;
  /** All inputs, for one image. */
  readonly inputs: readonly Port[];
  /** All outputs, for one image. */
  readonly outputs: readonly Port[];
  /** `exact` or `fast`. */
  readonly mode: PlanMode;
  /** The ops of the network, each after the ops that it is computed from. */
  readonly nodes: readonly InspectedNode[];
  /** The layers in the order in which they run. */
  readonly layers: readonly InspectedLayer[];
  /** Numbers in the parameters of the network. */
  readonly parameters: number;
  /** Multiplications with an addition of all layers. */
  readonly macs: number;
  /** Bytes of the memory of all maps and workspaces, as laid out. */
  readonly arenaBytes: number;
  /** Bytes of packed weights. */
  readonly weightBytes: number;
  /** Most bytes that a plan holds, without the network's own weights. */
  readonly peakBytes: number;
  /** The use of the memory over the steps. */
  readonly arena: readonly ArenaUse[];
}

/**
 * Describes how a plan computes a network, without making the plan.
 *
 * @param network - Network that is not in training mode. It may be dry; upsampling is then recognised only
 *   if its weights have numbers.
 * @param shapes - Shape of the input, `[1, C, H, W]`, or of each input by its name.
 * @param backend - Backend whose kernels the plan uses; none of its memory is taken.
 * @throws As `draftPlan` does.
 */
export function inspectNetwork(
  network: Module | Network,
  shapes: InputShapes,
  { backend, mode }: { readonly backend: WasmBackend; readonly mode: PlanMode },
): Inspection {
  const graph = trace(network, shapes);
  const draft = draftPlan(network, shapes, { backend, mode });
  const layers = inspectLayers(graph, draft);
  const { inputs, outputs, measured, predictedPeakBytes } = draft;
  const { layout, memory } = measured.first;
  return {
    ...{ inputShape: inputs[0].shape, outputShape: outputs[0].shape, inputs, outputs },
    ...{ mode, layers, nodes: inspectNodes(graph) },
    parameters: graph.parameters.reduce((sum, { shape }) => sum + numel(shape), 0),
    macs: layers.reduce((sum, { macs }) => sum + macs, 0),
    arenaBytes: layout.bytes,
    weightBytes: memory.constantBytes,
    peakBytes: predictedPeakBytes,
    arena: arenaUses(draft),
  };
}

function inspectNodes(graph: Graph): InspectedNode[] {
  return summarize(graph).map(({ name, op, shape, receptiveField, stride }, i) => ({
    ...{ name, op, shape, receptiveField, stride },
    inputs: graph.nodes[i].inputs.filter((input) => input.op !== 'parameter').map(nodeName),
  }));
}

function inspectLayers(graph: Graph, { measured, list, layers }: PlanDraft): InspectedLayer[] {
  const { units } = measured.first;
  const nodes = new Map(summarize(graph).map((row) => [row.name, row]));
  const members = units.flatMap(membersOf);
  const costs = members.map(({ layer, algorithm }) => layerCost(layer, formNamed(algorithm)));
  const allCosts = costs.reduce((sum, cost) => sum + cost, 0);
  const described = describeLayers(list.layers);
  return members.map(({ layer }, i) => {
    const { kind: op, notes, macs } = described[i];
    return {
      ...layers[i],
      ...{ op, notes, macs },
      inputs: layer.inputs.map(({ name }) => name),
      output: layer.output.name,
      ...geometryOf(nodes.get(layer.output.name)),
      parameters: nodes.get(layer.name)?.parameters ?? 0,
      timeShare: costs[i] / allCosts,
    };
  });
}

/** Returns the receptive field and stride of the value that a layer writes, after everything that was fused. */
function geometryOf(
  row: SummaryRow | undefined,
): Pick<InspectedLayer, 'receptiveField' | 'stride'> {
  return { receptiveField: row?.receptiveField ?? null, stride: row?.stride ?? null };
}

/** Returns the names of the parameters whose values decide how a layer is computed: weights of upsampling. */
export function telltaleParameters(network: Module | Network, shapes: InputShapes): Set<string> {
  const { nodes } = trace(network, shapes);
  return new Set(
    nodes.flatMap((node) => (isNode(node, convTranspose2dRule) ? [nodeName(node.inputs[1])] : [])),
  );
}
