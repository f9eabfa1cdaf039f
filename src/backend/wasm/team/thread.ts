import type { HelperSetup } from './serve.js';

/** A helper as seen from the calling thread. It does not keep the process alive once it is up. */
export interface Thread {
  /** Resolves when it is ready; rejects if it ends before. */
  readonly up: Promise<void>;
  /** Resolves when it is gone, whatever the reason. */
  readonly gone: Promise<void>;
  /** False when nothing of it runs any more; known at once, even to a caller that never lets events in. */
  isAlive(): boolean;
  /** Ends it wherever it is. */
  end(): void;
}

/** Starts a helper. */
export type StartThread = (setup: HelperSetup) => Thread;

/** What a platform can do for a team. */
export interface Platform {
  /** Threads that can run at the same time. */
  readonly processors: number;
  /** Starts a helper. */
  readonly start: StartThread;
}
