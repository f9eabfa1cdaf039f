import { availableParallelism } from 'node:os';
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';
import type { HelperSetup } from './serve.js';
import type { Platform, Thread } from './thread.js';

/** Worker data of a helper in Node. */
export interface NodeHelperData {
  /** Setup of the helper. */
  readonly setup: HelperSetup;
  /** Port without messages: it closes when the worker ends. */
  readonly lifeline: MessagePort;
}

/** Platform whose helpers run in `node:worker_threads`. */
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
    worker.once('exit', () => reject(new Error('helper thread: exited before it was ready')));
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
 * Returns a check that the other end of a channel is open, for a thread that cannot return to its event
 * loop: it receives no events, but it can read a port. A port whose other end is closed closes when it
 * is read, and a closed port cannot be transferred.
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
