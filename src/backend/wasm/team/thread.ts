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

/** The platform that this code runs on: Node, or a browser. */
export async function currentPlatform(): Promise<Platform> {
  if (isNode()) return (await import('./node-thread.js')).nodePlatform();
  return (await import('./web-thread.js')).webPlatform();
}

/** Why memory cannot be shared between threads here; null where it can. */
export function obstacleToSharing(): string | null {
  if (typeof SharedArrayBuffer === 'undefined' || globalThis.crossOriginIsolated === false) {
    return isNode() ? 'there is no SharedArrayBuffer' : 'the page is not cross-origin isolated';
  }
  return null;
}

function isNode(): boolean {
  return typeof process === 'object' && typeof process.versions === 'object';
}
