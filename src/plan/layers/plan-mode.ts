/**
 * `exact` gives the bits of the eager ops. `fast` may compute the same by another algebra: its scores
 * differ by rounding, and are the same on every machine, too.
 */
export type PlanMode = 'exact' | 'fast';
