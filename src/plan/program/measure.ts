import type { WasmBackend } from '../../backend/wasm/index.js';
import type { LayerList, PlanLayer } from '../layers/layers.js';
import { heldBytes, type ProgramBytes } from './place-programs.js';
import { programsFor, type ProgramOptions, type Programs } from './programs.js';
import { eagerBytes } from '../algorithms/eager/eager.js';
import { DryPlacement, type StepMemory } from './placement.js';
import { stepsOf } from './program-steps.js';
import type { Program } from './program.js';
import type { Unit } from '../algorithms/algorithm.js';

/** A program and what it takes. */
export interface MeasuredProgram extends Program {
  /** For each layer, the number of its tasks. */
  readonly tasks: readonly number[];
  /** What jobs and weights take. */
  readonly memory: StepMemory;
}

/** A plan before any memory is taken for it. */
export interface MeasuredPrograms {
  /** What it will run. */
  readonly programs: Programs;
  /** For the first image of a size. */
  readonly first: MeasuredProgram;
  /** For those after it, if that is something else. */
  readonly later: MeasuredProgram | null;
  /** What the plan will take, packed weights apart. */
  readonly bytes: ProgramBytes;
  /** Memory that the plan will take at most, in bytes. */
  readonly peakBytes: number;
}

/** What a plan is sketched of, apart from how its layers are computed. */
export interface MeasureOptions extends ProgramOptions {
  /** Where it will run. */
  readonly backend: WasmBackend;
  /** Its layers. */
  readonly list: LayerList;
}

/** Counts what a plan takes. */
export function measurePrograms(network: MeasureOptions, units: readonly Unit[]): MeasuredPrograms {
  const { backend, list } = network;
  const programs = programsFor(list, units, network);
  const first = measureProgram(programs.first(0), backend);
  const later = programs.later && measureProgram(programs.later(0), backend);
  const bytes = {
    firstMapBytes: first.layout.bytes,
    laterMapBytes: (later ?? first).layout.bytes,
    jobBytes: Math.max(first.memory.jobBytes, later?.memory.jobBytes ?? 0),
    ringBytes: programs.ringBytes,
  };
  const { constantBytes, packingBytes } = first.memory;
  const runningBytes = constantBytes + transientBytes(list.layers);
  const peakBytes = heldBytes(bytes) + Math.max(runningBytes, packingBytes);
  return { programs, first, later, bytes, peakBytes };
}

/** Goes through a program without writing anything. */
function measureProgram(program: Program, backend: WasmBackend): MeasuredProgram {
  const dry = new DryPlacement(program.layout, backend.threading.threads);
  const { tasks } = stepsOf(program, dry, backend);
  return { ...program, tasks, memory: dry.counted() };
}

/** The most that eager layers take on top while they run. */
function transientBytes(layers: readonly PlanLayer[]): number {
  return Math.max(0, ...layers.map((layer) => (layer.kind === 'op' ? eagerBytes(layer) : 0)));
}
