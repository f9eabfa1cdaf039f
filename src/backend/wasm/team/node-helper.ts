// Entry point of a helper thread in Node, started by node-thread.ts.
import { parentPort, workerData } from 'node:worker_threads';
import type { NodeHelperData } from './node-thread.js';
import { serve, UP } from './serve.js';

parentPort?.postMessage(UP);
serve((workerData as NodeHelperData).setup);
