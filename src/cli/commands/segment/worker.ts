import { parentPort, workerData } from 'node:worker_threads';
import { createSegmenter, type Segmenter } from '../../../segment/segmenter.js';
import { failureOf } from '../../shell/failure.js';
import { segmentFile } from './file.js';
import type { SegmentJob } from './jobs.js';
import type { TeamSetup, WorkerMessage } from './team.js';

// The other side is team.ts; both ends of the channel are typed there.
const setup = workerData as TeamSetup;

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function serve(segmenter: Segmenter): void {
  parentPort?.on('message', (job: SegmentJob) => {
    void segmentFile(segmenter, job, setup.files).then((outcome) => say({ outcome }));
  });
  say({ ready: true });
}

try {
  serve(await createSegmenter(setup.segmenter));
} catch (error) {
  say({ refused: failureOf(error) });
}
