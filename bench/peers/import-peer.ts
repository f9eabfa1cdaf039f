import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('package.json', import.meta.url));

/** Imports a module of the packages installed in this folder, which have no types here. */
export async function importPeer(name: string): Promise<unknown> {
  return import(pathToFileURL(require.resolve(name)).href);
}

/** True if a package is installed in this folder. */
export function hasPeer(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
