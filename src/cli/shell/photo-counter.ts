/** Progress of work on photos, on a terminal. */
export interface PhotoCounter {
  /** Shows the number of photos that are done. */
  readonly count: (done: number) => void;
  /** Ends the line. */
  readonly end: () => void;
}

/** A counter on stderr, which stays silent where stderr is not a terminal. */
export function photoCounter(photos: number): PhotoCounter {
  const { isTTY } = process.stderr;
  return {
    count(done) {
      if (isTTY) process.stderr.write(`\r${String(done)}/${String(photos)}`);
    },
    end() {
      if (isTTY) process.stderr.write('\n');
    },
  };
}
