import type { Pair } from '../../../core/shape.js';

/** Options of `fcn diff`. */
export interface DiffOptions {
  /** Largest difference allowed. */
  readonly tolerance: number;
  /** True to compare layers, also of files with numbers. */
  readonly network?: boolean;
  /** Height and width of the image for networks. */
  readonly size: Pair;
  /** File for a picture of changes. */
  readonly out?: string;
  /** True for JSON instead of a table. */
  readonly json?: boolean;
}

/** Result of a comparison. */
export interface DiffFindings {
  /** Result for JSON. */
  readonly json: object;
  /** Result as lines of text. */
  readonly lines: readonly string[];
  /** First difference that exceeds the tolerance; null if there is none. */
  readonly first: string | null;
}
