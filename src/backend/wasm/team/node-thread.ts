import { availableParallelism } from 'node:os';
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';
import type { HelperSetup } from './serve.js';
import type { Platform, Thread } from './thread.js';

/** What a worker of Node gets. */
export interface NodeHelperData {
  /** What every helper has to know. */
  readonly setup: HelperSetup;
  /** Nothing is said on it: it closes when the worker ends. */
  readonly lifeline: MessagePort;
}

/** Helpers in `node:worker_threads`. */
export function nodePlatform(): Platform {
  return { processors: availableParallelism(), start: startNodeThread };
}

function startNodeThread(setup: HelperSetup): Thread {
  const { port1, port2 } = new MessageChannel();
  const workerData: NodeHelperData = { setup, lifeline: port2 };
  const worker = new Worker(new URL('./node-helper.js', import.meta.url), {
    workerData,
    transferList: [port2],
  });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const up = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.on('error', reject);
    worker.once('exit', () => reject(new Error('it left')));
  });
  const release = (): void => worker.unref();
  void up.then(release, release);
  return {
    up,
    gone,
    isAlive: lifelineCheck(port1),
    end: () => void worker.terminate(),
  };
}

/**
 * A check whether the other end of a channel is still there, for a thread that is in the middle of
 * something: events tell it nothing, but a port may be looked at. One whose other end is gone closes when
 * it is read, and what is closed cannot be sent.
 */
function lifelineCheck(port: MessagePort): () => boolean {
  port.unref();
  let open: MessagePort | null = port;
  return () => {
    if (open === null) return false;
    receiveMessageOnPort(open);
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(open, [open]);
      open = (receiveMessageOnPort(port2) as { message: MessagePort }).message;
      open.unref();
    } catch {
      open = null;
    }
    port1.close();
    return open !== null;
  };
}
