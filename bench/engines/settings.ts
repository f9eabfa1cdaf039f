import type { CompileOptions } from '../../src/plan/compile.js';

/** What a plan of the benches is told: options of `compile` that a command line can name. */
export interface PlanSettings extends Pick<CompileOptions, 'mode' | 'region'> {
  /** Most bytes that the plan may take, or how many; without it as many as make it fastest. */
  readonly memory?: number | MemoryShare;
}

/** An amount of memory between the least in which a network can be computed and what makes it fastest. */
export interface MemoryShare {
  /** 0 for the least, 1 for the fastest. */
  readonly share: number;
}
