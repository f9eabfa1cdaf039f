import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createSegmenter, type SegmenterOptions } from '../../../segment/segmenter.js';
import { CommandError, EXIT, oneLine } from '../../shell/exit-codes.js';
import type { Failure } from '../../shell/failure.js';
import { segmentFile, type SegmentFileOptions, type SegmentOutcome } from './file.js';
import type { SegmentJob } from './jobs.js';

/** Options of all members of a team. */
export interface TeamSetup {
  /** Options of each member's segmenter; they can be sent to a worker. */
  readonly segmenter: Omit<SegmenterOptions, 'backend'>;
  /** Options for each file. */
  readonly files: SegmentFileOptions;
}

/** Message of a worker: first `ready` or `refused`, then the outcome of every job. */
export type WorkerMessage =
  { readonly ready: true } | { readonly refused: Failure } | { readonly outcome: SegmentOutcome };

/** Member of a team; segments one photo at a time. */
export interface TeamMember {
  /** Segments a photo. Errors are outcomes. */
  run(job: SegmentJob): Promise<SegmentOutcome>;
  /** Frees the memory. */
  close(): Promise<void>;
}

const WORKER = new URL('./worker.js', import.meta.url);

/**
 * Starts a team: one member on this thread, or several on worker threads, each with a copy of the model. Results
 * do not depend on the member.
 *
 * @throws {@link OpenError} {@link CommandError} if the network cannot be opened.
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
  const segmenter = await createSegmenter(setup.segmenter);
  return {
    run: (job) => segmentFile(segmenter, job, setup.files),
    close() {
      segmenter.dispose();
      return Promise.resolve();
    },
  };
}

async function member(worker: Worker): Promise<TeamMember> {
  const answers = listenTo(worker);
  const first = await answers();
  if ('refused' in first) throw new CommandError(first.refused.exitCode, first.refused.message);
  return {
    async run(job) {
      try {
        worker.postMessage(job);
        const answer = await answers();
        return 'outcome' in answer ? answer.outcome : failed('unexpected worker message');
      } catch (error) {
        return failed(`worker failed: ${oneLine(error)}`);
      }
    },
    async close() {
      await worker.terminate();
    },
  };
}

function failed(failure: string): SegmentOutcome {
  return { failure, exitCode: EXIT.failed };
}

/** Returns a function that waits for the next message of a worker; it rejects if the worker has ended. */
function listenTo(worker: Worker): () => Promise<WorkerMessage> {
  const death = new AbortController();
  worker.on('error', (error) => death.abort(error));
  worker.on('exit', () => death.abort(new Error('worker exited')));
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
