import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FcnError } from '../../../core/errors.js';
import type { Preprocessing } from '../../../data/preprocessing.js';
import type { PlanMode } from '../../../plan/plan.js';
import { createSegmenter } from '../../../segment/segmenter.js';
import { messageWithFlags } from '../../options/option-flags.js';
import { CommandError, EXIT, oneLine } from '../../shell/exit-codes.js';
import { segmentFile, type SegmentFileOptions, type SegmentOutcome } from './file.js';
import type { SegmentJob } from './jobs.js';

/** Everything a member of the team has to know before its first photo. */
export interface TeamSetup extends SegmentFileOptions {
  /** The model file, published weights or their name; the embedded model if none. */
  readonly model?: string;
  /** Published network of the weights. */
  readonly network?: string;
  /** Which scores to draw. */
  readonly head?: string;
  /** How photos become inputs. */
  readonly preprocessing?: Preprocessing;
  /** How scores are computed. */
  readonly mode: PlanMode;
  /** Threads that each of them has. */
  readonly threads: number;
  /** Most bytes that each member's weights and maps may take; no limit if left out. */
  readonly memory?: number;
}

/** What a worker says: first whether it took the model, then the outcome of every job. */
export type WorkerMessage =
  { readonly ready: true } | { readonly refused: string } | { readonly outcome: SegmentOutcome };

/** One that segments photos, one at a time. */
export interface TeamMember {
  /** Segments a photo. Never rejects for the photo's fault. */
  run(job: SegmentJob): Promise<SegmentOutcome>;
  /** Gives its memory back. */
  close(): Promise<void>;
}

const WORKER = new URL('./worker.js', import.meta.url);

/**
 * A team of one works on this thread, a larger one on as many worker threads, each with the whole
 * model: a photo has the same result whoever takes it.
 *
 * @throws {@link CommandError} (model refused) if the model cannot be used.
 */
export async function gatherTeam(size: number, setup: TeamSetup): Promise<TeamMember[]> {
  if (size <= 1) return [await soloist(setup)];
  const started = Array.from({ length: size }, () => new Worker(WORKER, { workerData: setup }));
  try {
    return await Promise.all(started.map((worker) => member(worker)));
  } catch (error) {
    await Promise.all(started.map((worker) => worker.terminate()));
    throw error;
  }
}

async function soloist(setup: TeamSetup): Promise<TeamMember> {
  const segmenter = await createSegmenter(setup).catch((cause: unknown) => {
    throw cause instanceof FcnError ? modelRefused(messageWithFlags(cause)) : cause;
  });
  return {
    run: (job) => segmentFile(segmenter, job, setup),
    close() {
      segmenter.dispose();
      return Promise.resolve();
    },
  };
}

async function member(worker: Worker): Promise<TeamMember> {
  const answers = listenTo(worker);
  const first = await answers();
  if ('refused' in first) throw modelRefused(first.refused);
  return {
    async run(job) {
      try {
        worker.postMessage(job);
        const answer = await answers();
        return 'outcome' in answer ? answer.outcome : { failure: 'the worker lost its way' };
      } catch (error) {
        return { failure: `the worker ended: ${oneLine(error)}` };
      }
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** A function that waits for the worker's next message, and rejects if it is dead or dies first. */
function listenTo(worker: Worker): () => Promise<WorkerMessage> {
  const death = new AbortController();
  worker.on('error', (error) => death.abort(error));
  worker.on('exit', () => death.abort(new Error('it left')));
  return async () => {
    try {
      const [message] = (await once(worker, 'message', { signal: death.signal })) as [
        WorkerMessage,
      ];
      return message;
    } catch (error) {
      throw death.signal.aborted ? death.signal.reason : error;
    }
  };
}

function modelRefused(reason: string): CommandError {
  return new CommandError(EXIT.modelRefused, `model refused: ${reason}`);
}
