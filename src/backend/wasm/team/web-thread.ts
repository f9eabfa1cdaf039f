import type { HelperSetup } from './serve.js';
import type { Platform, Thread } from './thread.js';

/** Platform whose helpers run in web workers. */
export function webPlatform(): Platform {
  return { processors: navigator.hardwareConcurrency, start: startWebThread };
}

function startWebThread(setup: HelperSetup): Thread {
  const worker = new Worker(new URL('./web-helper.js', import.meta.url), { type: 'module' });
  let alive = true;
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => {
      alive = false;
      reject(new Error(message || 'helper thread: cannot start'));
    };
  });
  const ready = new Promise<void>((resolve) => {
    worker.onmessage = () => resolve();
  });
  worker.postMessage(setup);
  return {
    up: Promise.race([ready, failed]),
    gone: failed.catch(() => undefined),
    // Only the team ends it, and its errors are noted on the board.
    isAlive: () => alive,
    end: () => worker.terminate(),
  };
}
