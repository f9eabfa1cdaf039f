import type { Unit } from '../algorithms/algorithm.js';
import type { Rect } from '../../core/rect.js';

/** Work, how it is going to be done, and where. */
export interface ProgramUnit extends Unit {
  /** What of its output, one part after another: all of it, or as much as is needed. */
  readonly parts: readonly Rect[];
}
