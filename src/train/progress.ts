/** Output of progress: stderr, or a substitute. */
export interface ProgressStream {
  /** True for a terminal, which can overwrite a line. */
  readonly isTTY?: boolean;
  /** Writes text unchanged. */
  write(text: string): unknown;
}

/** Report of one step. */
export interface StepReport {
  /** Number of steps done, including this one. */
  readonly iteration: number;
  /** Loss of the step. */
  readonly loss: number;
  /** Learning rate of the step. */
  readonly rate: number;
}

/** Progress display of a stage. */
export interface Progress {
  /** Records a step and shows it if enough time has passed. */
  step(report: StepReport): void;
  /** Ends the progress line on a terminal. */
  end(): void;
}

/** Options of {@link createProgress}. */
export interface ProgressOptions {
  /** Name of the stage, shown at the start of each line. */
  readonly label: string;
  /** Number of steps of the stage. */
  readonly total: number;
  /** Clock, in milliseconds. */
  readonly now: () => number;
}

const TERMINAL_MS = 200;
const PLAIN_MS = 30_000;

/** Weight of the newest loss in the moving average shown. */
const NEWEST = 0.05;

/**
 * Creates a progress display. On a terminal: one line that is overwritten. Elsewhere: a plain line for the
 * first step, for the last step, and every 30 seconds.
 */
export function createProgress(
  stream: ProgressStream,
  { label, total, now }: ProgressOptions,
): Progress {
  const terminal = stream.isTTY === true;
  const start = { at: now(), iteration: -1 };
  let shown = -Infinity;
  let average = NaN;
  return {
    step({ iteration, loss, rate }) {
      if (start.iteration < 0) start.iteration = iteration - 1;
      average = Number.isNaN(average) ? loss : average + NEWEST * (loss - average);
      const time = now();
      if (time - shown < (terminal ? TERMINAL_MS : PLAIN_MS) && iteration < total) return;
      shown = time;
      const perStep = (time - start.at) / (iteration - start.iteration);
      const line =
        `${label}  ${String(iteration)}/${String(total)}  loss ${average.toFixed(4)}` +
        `  rate ${rate.toExponential(2)}  ${showDuration(perStep * (total - iteration))} left`;
      stream.write(terminal ? `\r${line}\u001b[K` : `${line}\n`);
    },
    end() {
      if (terminal && shown > -Infinity) stream.write('\n');
    },
  };
}

/** Formats a duration as `1:02:03` or `2:03`. */
export function showDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
