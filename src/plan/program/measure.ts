import type { WasmBackend } from '../../backend/wasm/index.js';
import type { LayerList, PlanLayer } from '../layers/layers.js';
import { heldBytes, type ProgramBytes } from './place-programs.js';
import { programsFor, type ProgramOptions, type Programs } from './programs.js';
import { eagerBytes } from '../algorithms/eager/eager.js';
import { DryPlacement, type StepMemory } from './placement.js';
import { stepsOf } from './program-steps.js';
import type { Program } from './program.js';
import type { Unit } from '../algorithms/algorithm.js';

/** A program and the memory that it needs. */
export interface MeasuredProgram extends Program {
  /** Number of tasks of each unit. */
  readonly tasks: readonly number[];
  /** Bytes of jobs and packed weights. */
  readonly memory: StepMemory;
}

/** The programs of a plan and the memory that they need; nothing is allocated yet. */
export interface MeasuredPrograms {
  /** The programs that will run. */
  readonly programs: Programs;
  /** For the first image of a size. */
  readonly first: MeasuredProgram;
  /** For later images; null if they run the first program. */
  readonly later: MeasuredProgram | null;
  /** Bytes that the plan will need, without packed weights. */
  readonly bytes: ProgramBytes;
  /** Most bytes that the plan will hold at one time. */
  readonly peakBytes: number;
}

/** Options of {@link measurePrograms}. */
export interface MeasureOptions extends ProgramOptions {
  /** Backend that runs the plan. */
  readonly backend: WasmBackend;
  /** Layers of the network. */
  readonly list: LayerList;
}

/** Builds the programs of a network and counts the memory that they need. */
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

/** Counts the memory of a program without writing anything. */
function measureProgram(program: Program, backend: WasmBackend): MeasuredProgram {
  const dry = new DryPlacement(program.layout, backend.threading.threads);
  const { tasks } = stepsOf(program, dry, backend);
  return { ...program, tasks, memory: dry.counted() };
}

/** Most bytes that an eager layer allocates while it runs. */
function transientBytes(layers: readonly PlanLayer[]): number {
  return Math.max(0, ...layers.map((layer) => (layer.kind === 'op' ? eagerBytes(layer) : 0)));
}
