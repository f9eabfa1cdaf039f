import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { skip } from './skip.js';

const SHARED = resolve(process.env['FCN_SHARED'] ?? '../shared');

/**
 * Path of a file or folder of the shared material, which is at FCN_SHARED or beside the repository. If it is
 * missing, the running test (or, from a hook, its suite) is skipped, and the reason is printed.
 *
 * @param context - `this` of the test or hook.
 * @param path - Relative to the shared folder: `data/pets/val.txt`.
 */
export function sharedFile(context: Mocha.Context, path: string): string {
  const file = resolve(SHARED, path);
  if (!existsSync(file)) skip(context, `no ${path} in the shared material (set FCN_SHARED)`);
  return file;
}
