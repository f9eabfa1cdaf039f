import type { PlanMode } from '../../../plan/plan.js';
import { EXIT, type ExitCode } from '../../shell/exit-codes.js';
import type { SegmentOutcome } from './file.js';
import type { MissingInput, SegmentJob } from './jobs.js';

/** Options of {@link segmentReporter}. */
export interface ReportOptions {
  /** True for one JSON object per line instead of text. */
  readonly json?: boolean;
  /** File name of the model. */
  readonly modelName: string;
  /** Mode in which scores are computed. */
  readonly mode: PlanMode;
  /** Number of threads. */
  readonly threads: number;
}

/** Report for the user: results on stdout in the order of the inputs, errors on stderr. */
export interface SegmentReporter {
  /** Reports that a photo has been started. */
  started(): void;
  /** Reports the outcome of a photo. */
  ended(job: SegmentJob, outcome: SegmentOutcome): void;
  /** Ends the report; returns the number of failed inputs, and the exit code if there is any. */
  finish(): { readonly failures: number; readonly exitCode: ExitCode };
}

/** A reporter for a list of inputs. */
export function segmentReporter(
  items: readonly (SegmentJob | MissingInput)[],
  options: ReportOptions,
): SegmentReporter {
  const outcomes = new Map<string, SegmentOutcome>();
  for (const item of items)
    if ('failure' in item) outcomes.set(item.input, { ...item, exitCode: EXIT.failed });
  const progress = progressLine(items.length);
  let next = 0;
  let failures = 0;
  let exitCode: ExitCode = EXIT.failed;

  const tellInOrder = (): void => {
    for (; next < items.length; next++) {
      const outcome = outcomes.get(items[next].input);
      if (outcome === undefined) return;
      if ('failure' in outcome) {
        failures++;
        if (outcome.exitCode === EXIT.internal) exitCode = EXIT.internal;
      }
      tell(items[next], outcome, options);
    }
  };
  return {
    started() {
      progress.show(outcomes.size);
    },
    ended(job, outcome) {
      outcomes.set(job.input, outcome);
      progress.clear();
      tellInOrder();
    },
    finish() {
      tellInOrder();
      return { failures, exitCode };
    },
  };
}

function tell(
  item: SegmentJob | MissingInput,
  outcome: SegmentOutcome,
  options: ReportOptions,
): void {
  if ('failure' in outcome) {
    process.stderr.write(`fcn: ${item.input}: ${outcome.failure}\n`);
  } else if ('overlay' in item) {
    const line = options.json === true ? jsonLine(item, outcome, options) : textLine(item, outcome);
    process.stdout.write(`${line}\n`);
  }
}

type Done = Extract<SegmentOutcome, { readonly done: unknown }>;

function jsonLine({ input }: SegmentJob, { done }: Done, options: ReportOptions): string {
  const { width, height, milliseconds, classes, identity } = done;
  const { modelName: model, mode, threads } = options;
  return JSON.stringify({
    ...{ input, width, height, model, mode },
    ...{ plan_hash: identity?.planHash, scores_sha256: identity?.scoresSha256 },
    ...{ threads, milliseconds, classes },
  });
}

function textLine({ input, classMap }: SegmentJob, { done }: Done): string {
  const size = `${String(done.width)}×${String(done.height)}`;
  const classes = done.classes.map(({ name, share }) => `${name} ${(100 * share).toFixed(1)} %`);
  return `${input} (${size}) → ${classMap}: ${classes.join(', ')}; ${String(done.milliseconds)} ms`;
}

/** A progress line on stderr; silent if stderr is not a terminal. */
function progressLine(total: number): { show(done: number): void; clear(): void } {
  if (!process.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (done) => process.stderr.write(`\r${String(done)} of ${String(total)} done …`),
    clear: () => process.stderr.write('\r\u001b[K'),
  };
}
