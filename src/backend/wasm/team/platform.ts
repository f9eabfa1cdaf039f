import type { Platform } from './thread.js';

/** The platform that this code runs on: Node, or a browser. */
export async function currentPlatform(): Promise<Platform> {
  if (isNode()) return (await import('./node-thread.js')).nodePlatform();
  return (await import('./web-thread.js')).webPlatform();
}

/** Why memory cannot be shared between threads here; null where it can. */
export function obstacleToSharing(): string | null {
  if (typeof SharedArrayBuffer === 'undefined' || isClosedPage()) {
    return isNode() ? 'there is no SharedArrayBuffer' : 'the page is not cross-origin isolated';
  }
  return null;
}

/** True in a browser that keeps shared memory from the page. Node knows no such thing. */
function isClosedPage(): boolean {
  return 'crossOriginIsolated' in globalThis && !globalThis.crossOriginIsolated;
}

function isNode(): boolean {
  return typeof process === 'object' && typeof process.versions === 'object';
}
