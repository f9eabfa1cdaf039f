import { parentPort, workerData } from 'node:worker_threads';
import { FcnError } from '../../../core/errors.js';
import { createSegmenter, type Segmenter } from '../../../segment/segmenter.js';
import { messageWithFlags } from '../../options/option-flags.js';
import { segmentFile } from './file.js';
import type { SegmentJob } from './jobs.js';
import type { TeamSetup, WorkerMessage } from './team.js';

// The other side is segment-team.ts; both ends of the channel are typed there.
const setup = workerData as TeamSetup;

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function serve(segmenter: Segmenter): void {
  parentPort?.on('message', (job: SegmentJob) => {
    void segmentFile(segmenter, job, setup).then((outcome) => say({ outcome }));
  });
  say({ ready: true });
}

try {
  serve(await createSegmenter(setup));
} catch (error) {
  if (!(error instanceof FcnError)) throw error;
  say({ refused: messageWithFlags(error) });
}
