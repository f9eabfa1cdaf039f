import type { Pair } from '../../../core/shape.js';

/** What `fcn diff` was told, after the names. */
export interface DiffOptions {
  /** Largest difference allowed. */
  readonly tolerance: number;
  /** True to compare layers of files that hold numbers, too. */
  readonly network?: boolean;
  /** Height and width of the image for networks. */
  readonly size: Pair;
  /** File for a picture of changes. */
  readonly out?: string;
  /** True for JSON instead of a table. */
  readonly json?: boolean;
}

/** What a comparison found. */
export interface DiffFindings {
  /** All of it, for JSON. */
  readonly json: object;
  /** The same for people, line by line. */
  readonly lines: readonly string[];
  /** The first thing that differs beyond the tolerance; null if nothing does. */
  readonly first: string | null;
}
