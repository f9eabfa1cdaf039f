import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { FcnError } from '../core/errors.js';

/**
 * Runs work that only one process at a time may do. The lock is a file that names its owner. The lock of a process of
 * this machine that no longer runs is taken over.
 *
 * @throws {@link FcnError} if another process holds the lock.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  if (await create(path)) return;
  const owner = await readFile(path, 'utf8').catch(() => '');
  if (isDead(owner)) {
    await rm(path, { force: true });
    if (await create(path)) return;
  }
  throw new FcnError(
    `${path}: locked by another process (${owner.trim()}); if it no longer runs, remove the file`,
  );
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(`${String(process.pid)} on ${hostname()}\n`);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** True if the owner was a process of this machine that no longer runs. */
function isDead(owner: string): boolean {
  const [pid, host] = owner.trim().split(' on ');
  if (host !== hostname() || !/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0); // signal 0 only tests that the process exists
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
