import type { HelperSetup } from './serve.js';
import type { Platform, Thread } from './thread.js';

/** Helpers in the workers of a browser. */
export function webPlatform(): Platform {
  return { processors: navigator.hardwareConcurrency, start: startWebThread };
}

function startWebThread(setup: HelperSetup): Thread {
  const worker = new Worker(new URL('./web-helper.js', import.meta.url), { type: 'module' });
  let alive = true;
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => {
      alive = false;
      reject(new Error(message || 'it does not start'));
    };
  });
  const ready = new Promise<void>((resolve) => {
    worker.onmessage = () => resolve();
  });
  worker.postMessage(setup);
  return {
    up: Promise.race([ready, failed]),
    gone: failed.catch(() => undefined),
    // Nobody but the team can end it, and what it throws is on the board.
    isAlive: () => alive,
    end: () => worker.terminate(),
  };
}
