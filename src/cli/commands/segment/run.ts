import { mkdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { EMBEDDED_MODEL } from '../../../open/embedded-model.js';
import type { PlanMode } from '../../../plan/plan.js';
import { CommandError, EXIT } from '../../shell/exit-codes.js';
import { interruptible } from '../../shell/interrupt.js';
import { orFail } from '../../shell/write-output.js';
import { withCompanions, type Companions } from './companions.js';
import type { SegmentOutcome } from './file.js';
import { listSegmentJobs, type SegmentJob } from './jobs.js';
import { segmentReporter, type SegmentReporter } from './report.js';
import { gatherTeam, type TeamMember } from './team.js';

/** Options of `fcn segment`. */
export interface SegmentOptions extends Companions {
  /** Folder for the results. */
  readonly out: string;
  /** Model file, published weights or their name; default: the embedded model. */
  readonly model?: string;
  /** A file of weights. */
  readonly weights?: string;
  /** Published network of the weights. */
  readonly net?: string;
  /** Output whose scores are drawn. */
  readonly head?: string;
  /** Preprocessing of the photos; default: that of the model. */
  readonly preprocess?: string;
  /** Threads that compute. */
  readonly threads: number;
  /** Mode in which scores are computed. */
  readonly mode: PlanMode;
  /** Most bytes for weights and maps; default: no limit. */
  readonly memory?: number;
  /** Weight of the class colours in the overlay, 0 … 1. */
  readonly opacity: number;
  /** True for one JSON line per image on stdout. */
  readonly json?: boolean;
}

/**
 * Runs `fcn segment`.
 *
 * @throws {@link CommandError} {@link OpenError} unless every photo was segmented.
 */
export async function runSegment(
  inputs: readonly string[],
  options: SegmentOptions,
): Promise<void> {
  const items = withCompanions(await listSegmentJobs(inputs, options.out), options);
  const jobs = items.filter((item) => 'overlay' in item);
  const { model, weights, net: network, head, preprocess, opacity, mode, memory } = options;
  const members = await membersFor(jobs.length, options);
  const threadsEach = Math.floor(options.threads / members);
  const threads = members * threadsEach;
  const segmenter = {
    ...{ mode, threads: threadsEach },
    ...(model === undefined ? {} : { model }),
    ...(weights === undefined ? {} : { weights }),
    ...(network === undefined ? {} : { network }),
    ...(head === undefined ? {} : { head }),
    ...(preprocess === undefined ? {} : { preprocessing: preprocess }),
    ...(memory === undefined ? {} : { memory }),
  };
  const files = { opacity, identify: options.json === true };
  const team = await gatherTeam(members, { segmenter, files });
  const modelName = basename(model ?? EMBEDDED_MODEL.pathname);
  const reporter = segmentReporter(items, { ...options, modelName, threads });
  try {
    if (jobs.length > 0) await makeFolder(options.out);
    await interruptible((signal) => workThrough(team, jobs, reporter, signal));
  } finally {
    await Promise.all(team.map((member) => member.close()));
  }
  const { failures, exitCode } = reporter.finish();
  if (failures > 0) {
    const summary = `${String(failures)} of ${String(items.length)} inputs failed`;
    throw new CommandError(exitCode, items.length > 1 ? summary : '');
  }
}

/** Model files that a team may hold in memory together, a copy for each member. */
const COPIES_BYTES = 2 ** 28;

/**
 * Number of photos that are segmented at once. Small models spend as much time on reading and writing pictures as on
 * computing: each thread takes photos of its own, with a copy of the model. Large models compute almost all the
 * time: the threads share one photo and one copy.
 */
async function membersFor(photos: number, { model, threads }: SegmentOptions): Promise<number> {
  const members = Math.max(1, Math.min(threads, photos));
  const bytes = await stat(model ?? EMBEDDED_MODEL).then(
    ({ size }) => size,
    () => Infinity, // a name, whose file is large, or a missing file, which is reported when it is opened
  );
  return members * bytes <= COPIES_BYTES ? members : 1;
}

async function workThrough(
  team: readonly TeamMember[],
  jobs: readonly SegmentJob[],
  reporter: SegmentReporter,
  signal: AbortSignal,
): Promise<void> {
  const queue = jobs.values();
  const work = async (member: TeamMember): Promise<void> => {
    for (const job of queue) {
      reporter.started();
      const outcome: SegmentOutcome = await member.run(job);
      reporter.ended(job, outcome);
      await eventsHandled();
      if (signal.aborted) return;
    }
  };
  await Promise.all(team.map(work));
}

/** Waits until pending events, such as Ctrl-C, have been handled. */
async function eventsHandled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function makeFolder(folder: string): Promise<void> {
  await orFail(EXIT.usage, `cannot write to ${folder}`, async () => {
    await mkdir(folder, { recursive: true });
  });
}
