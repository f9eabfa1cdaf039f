import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file atomically: readers see the old content or the new one, also after a power failure. It
 * flushes a temporary file in the same folder, then renames it to the target.
 *
 * @param path - The target; its folder must exist.
 * @param content - The whole content, or its parts in order.
 * @throws The error of the file system; the target is then unchanged, and the temporary file is deleted.
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFlushed(temporary, content instanceof Uint8Array ? [content] : content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(dirname(path));
}

async function writeFlushed(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  await flushAndClose(file, async () => {
    for (const part of parts) await file.writeFile(part);
  });
}

/** Makes the rename durable. Windows cannot open folders, and journals renames itself. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await flushAndClose(folder, () => Promise.resolve());
}

async function flushAndClose(file: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    await file.sync();
  } finally {
    await file.close();
  }
}
