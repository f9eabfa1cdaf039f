import type { CompileOptions } from '../../src/plan/compile.js';

/** Options of the benches' plans: those of `compile` that the command line can set. */
export interface PlanSettings extends Pick<CompileOptions, 'mode' | 'region'> {
  /** Limit of the plan's memory in bytes, or as a share; default: the memory of the fastest plan. */
  readonly memory?: number | MemoryShare;
}

/** An amount of memory between the minimum for a network and the memory of its fastest plan. */
export interface MemoryShare {
  /** 0 for the minimum, 1 for the fastest plan. */
  readonly share: number;
}
