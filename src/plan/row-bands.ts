/**
 * In what order the rows of a chain of convolutions are computed, a few at a time, so that the maps
 * between them never exist whole.
 *
 * Each row is computed once. Of a map between two layers, those rows are kept that the next layer will
 * still read; parts start on the grid of the layer's tiles, so that the bits are those of the whole.
 */

/** A layer of a chain, along the rows; before pooling. */
export interface ChainedLayer {
  /** Rows of what it computes. */
  readonly rows: number;
  /** Parts start at multiples of so many. */
  readonly rowStep: number;
  /** From a window to the next. */
  readonly stride: number;
  /** Zeros above the first row. */
  readonly padding: number;
  /** Rows that a window covers. */
  readonly reach: number;
}

/** Rows `first` … `end` − 1. */
export interface Rows {
  /** The first. */
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

/** What one layer does in one band. */
export interface BandPart {
  /** What is computed of it now; nothing if `first` is `end`. */
  readonly rows: Rows;
  /** The row of its output with which the buffer of that starts now: those before are not read again. */
  readonly base: number;
}

/** For each band, what each layer of the chain does, in their order. */
export type BandSchedule = readonly (readonly BandPart[])[];

/**
 * Cuts the rows of the last layer into bands, and finds what the others have to do for each.
 *
 * @param bandRows - Rows of a band, to be rounded up to the last layer's grid.
 */
export function scheduleBands(chain: readonly ChainedLayer[], bandRows: number): BandSchedule {
  const last = chain[chain.length - 1];
  const step = upTo(bandRows, last.rowStep);
  const schedule: BandPart[][] = [];
  let done = chain.map(() => 0);
  for (let end = 0; end < last.rows;) {
    end = Math.min(end + step, last.rows);
    const ends = endsFor(chain, end, done);
    const before = done;
    schedule.push(
      chain.map((_, i) => ({
        rows: { first: before[i], end: ends[i] },
        base:
          i + 1 < chain.length ? Math.min(before[i], firstRead(chain[i + 1], before[i + 1])) : 0,
      })),
    );
    done = ends;
  }
  return schedule;
}

/** The most rows of each output between two layers that are kept at one time. */
export function rowsKept(schedule: BandSchedule): number[] {
  return schedule[0].map((_, i) =>
    Math.max(...schedule.map((parts) => parts[i].rows.end - parts[i].base)),
  );
}

/** How far each layer must have come before the last one can reach `end`. */
function endsFor(chain: readonly ChainedLayer[], end: number, done: readonly number[]): number[] {
  const ends = [...done];
  ends[chain.length - 1] = end;
  for (let i = chain.length - 2; i >= 0; i--) {
    const { stride, padding, reach } = chain[i + 1];
    const { rows, rowStep } = chain[i];
    const read = ends[i + 1] === 0 ? 0 : (ends[i + 1] - 1) * stride - padding + reach;
    ends[i] = Math.max(done[i], Math.min(rows, upTo(Math.max(0, read), rowStep)));
  }
  return ends;
}

/** The first row that a layer reads for its row `row`. */
function firstRead({ stride, padding }: ChainedLayer, row: number): number {
  return Math.max(0, row * stride - padding);
}

function upTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
