/**
 * `exact` gives the bits of the eager ops. `fast` may use other algorithms: its scores differ by rounding,
 * but are the same on every machine too.
 */
export type PlanMode = 'exact' | 'fast';
