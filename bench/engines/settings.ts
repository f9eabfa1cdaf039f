import type { CompileOptions } from '../../src/plan/compile.js';

/** What a plan of the benches is told: options of `compile` that a command line can name. */
export interface PlanSettings extends Pick<CompileOptions, 'mode' | 'region'> {
  /** Most bytes that the plan may take, or as few as it can; without it as many as make it fastest. */
  readonly memory?: number | 'least';
}
