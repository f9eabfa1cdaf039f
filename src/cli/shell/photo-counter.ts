/** Progress of work on photos, on a terminal. */
export interface PhotoCounter {
  /** Shows the numbers of finished and of all photos. */
  readonly count: (done: number, photos: number) => void;
  /** Ends the line. */
  readonly end: () => void;
}

/** A counter on stderr; silent if stderr is not a terminal or no photo was counted. */
export function photoCounter(): PhotoCounter {
  const { isTTY } = process.stderr;
  let hasLine = false;
  return {
    count(done, photos) {
      if (isTTY) process.stderr.write(`\r${String(done)}/${String(photos)}`);
      hasLine = true;
    },
    end() {
      if (isTTY && hasLine) process.stderr.write('\n');
    },
  };
}
