/** Where progress is written: stderr, or a stand-in. */
export interface ProgressStream {
  /** True for a terminal, on which a line can be written over. */
  readonly isTTY?: boolean;
  /** Writes text as it is. */
  write(text: string): unknown;
}

/** One step that was made. */
export interface StepReport {
  /** Steps made so far, this one included. */
  readonly iteration: number;
  /** Loss of the step. */
  readonly loss: number;
  /** Learning rate of the step. */
  readonly rate: number;
}

/** Shows how a stage goes on. */
export interface Progress {
  /** Takes note of a step and shows it when it is time to. */
  step(report: StepReport): void;
  /** Ends the line on a terminal. */
  end(): void;
}

/** What {@link createProgress} has to know. */
export interface ProgressOptions {
  /** Name of the stage, at the start of each line. */
  readonly label: string;
  /** Steps of the stage. */
  readonly total: number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
}

const TERMINAL_MS = 200;
const PLAIN_MS = 30_000;

/** Weight of the newest loss in the average that is shown. */
const NEWEST = 0.05;

/**
 * Progress as one line that is written over, on a terminal; elsewhere as a plain line for the first
 * step, for the last one, and every half a minute.
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

/** A duration as `1:02:03` or `2:03`. */
export function showDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
