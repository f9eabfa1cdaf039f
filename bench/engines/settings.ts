import type { CompileOptions } from '../../src/plan/compile.js';

/** What a plan of the benches is told: the options of `compile` that a command line can name. */
export type PlanSettings = Omit<CompileOptions, 'backend'>;
