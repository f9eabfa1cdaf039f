import type { Unit } from '../algorithms/algorithm.js';
import type { Rect } from '../../core/rect.js';

/** A unit and the parts of its output that a program computes. */
export interface ProgramUnit extends Unit {
  /** Parts of the output, in order: the whole output, or the parts that are needed. */
  readonly parts: readonly Rect[];
}
