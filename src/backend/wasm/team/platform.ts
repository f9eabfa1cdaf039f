import type { Platform } from './thread.js';

/** Detects the current platform: Node or a browser. */
export async function currentPlatform(): Promise<Platform> {
  if (isNode()) return (await import('./node-thread.js')).nodePlatform();
  return (await import('./web-thread.js')).webPlatform();
}

/** Reason why threads cannot share memory here; null if they can. */
export function obstacleToSharing(): string | null {
  if (typeof SharedArrayBuffer === 'undefined' || isClosedPage()) {
    return isNode() ? 'there is no SharedArrayBuffer' : 'the page is not cross-origin isolated';
  }
  return null;
}

/** True for a web page that is not cross-origin isolated; always false in Node. */
function isClosedPage(): boolean {
  return 'crossOriginIsolated' in globalThis && !globalThis.crossOriginIsolated;
}

function isNode(): boolean {
  return typeof process === 'object' && typeof process.versions === 'object';
}
