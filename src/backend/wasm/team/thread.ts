import type { HelperSetup } from './serve.js';

/** A helper as seen from the calling thread. It does not keep the process alive once it is ready. */
export interface Thread {
  /** Resolves when the helper is ready; rejects if it ends before. */
  readonly up: Promise<void>;
  /** Resolves when the helper has ended, for any reason. */
  readonly gone: Promise<void>;
  /** False once the helper has ended; immediate, also for a caller that never returns to its event loop. */
  isAlive(): boolean;
  /** Ends the helper immediately. */
  end(): void;
}

/** Starts a helper. */
export type StartThread = (setup: HelperSetup) => Thread;

/** Threads of a platform. */
export interface Platform {
  /** Number of threads that can run at the same time. */
  readonly processors: number;
  /** Starts a helper. */
  readonly start: StartThread;
}
