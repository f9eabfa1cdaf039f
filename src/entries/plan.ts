// `fcn-wasm/plan`: graphs of networks, plans compiled from them, their inspection and their results.

import '../core/platform-types.js';

export { alignment, cropOffset, type Alignment } from '../graph/coordinates.js';
export { receptiveField, type ReceptiveField } from '../graph/receptive-field.js';
export { summarize, type SummaryRow } from '../graph/summary.js';
export type { InputShapes } from '../graph/input-shapes.js';
export { diffGraphs, type LayerChange, type LayerDiff } from '../graph/diff-graphs.js';
export { nodeName, trace, type Graph } from '../graph/trace.js';
export { compile, type CompileOptions } from '../plan/compile.js';
export { MemoryBudgetError } from '../plan/program/fit-memory.js';
export { ActivationMemory, type ActivationBlock } from '../plan/memory/activation-memory.js';
export type { LayerDescription, LayerRegion, Plan, PlanMode } from '../plan/plan.js';
export type { PackedWeights } from '../plan/memory/weight-store.js';
export {
  inspectNetwork,
  type InspectedLayer,
  type InspectedNode,
  type Inspection,
} from '../plan/inspection.js';
export type { ArenaUse, UseKind } from '../plan/arena-use.js';
export type { Port } from '../plan/ports.js';
export { drawInspection } from '../draw/inspection-drawing.js';
export { inspectionTable } from '../draw/inspection-table.js';
export {
  compareBlobs,
  readGolden,
  type CompareBlobsOptions,
  type ComparedBlob,
} from '../verify/compare-blobs.js';
export {
  computeBlobs,
  computeOutputs,
  type ComputedBlob,
  type ComputedBlobs,
  type ComputeOutputsOptions,
  type InputArray,
} from '../verify/compute-blobs.js';
