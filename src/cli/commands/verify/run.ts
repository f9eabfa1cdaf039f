import type { PlanMode } from '../../../plan/plan.js';
import { toMarkdown } from '../../../verify/report.js';
import { verify } from '../../../verify/verify-weights.js';
import { CommandError, EXIT, usageError } from '../../shell/exit-codes.js';
import { interruptible } from '../../shell/interrupt.js';
import { photoCounter } from '../../shell/photo-counter.js';
import { writeOutput } from '../../shell/write-output.js';

/** Options of `fcn verify`. */
export interface VerifyCommandOptions {
  /** Weights file, instead of the cached one. */
  readonly weights?: string;
  /** Published network of the weights. */
  readonly net?: string;
  /** Folder of the demo image and its published output. */
  readonly demo?: string;
  /** Folder of labelled photos. */
  readonly dataset?: string;
  /** List of names, in the folder. */
  readonly list: string;
  /** File for the report; default: stdout. */
  readonly out?: string;
  /** Mode in which scores are computed. */
  readonly mode: PlanMode;
  /** Number of threads. */
  readonly threads: number;
  /** True for JSON instead of Markdown. */
  readonly json?: boolean;
}

/**
 * Runs `fcn verify`.
 *
 * @throws {@link CommandError} if something differs from the published figures; {@link OpenError} if the weights
 *   cannot be opened.
 */
export async function runVerify(
  name: string | undefined,
  { net: network, out, json = false, weights, ...options }: VerifyCommandOptions,
): Promise<void> {
  const source = name ?? weights;
  if (source === undefined) throw usageError('missing NAME or --weights');
  const counter = photoCounter();
  const report = await interruptible((signal) =>
    verify(source, {
      ...options,
      ...(network === undefined ? {} : { network }),
      ...(name === undefined || weights === undefined ? {} : { weights }),
      ...{ signal, onPhoto: counter.count },
    }),
  );
  counter.end();
  const text = json ? `${JSON.stringify(report)}\n` : toMarkdown(report);
  if (out === undefined) process.stdout.write(text);
  else await writeOutput(out, text);
  if (report.verdict !== 'contradicted') return;
  const differing = report.checks.filter(({ state }) => state === 'failed');
  throw new CommandError(EXIT.failed, `differs: ${differing.map((each) => each.name).join(', ')}`);
}
