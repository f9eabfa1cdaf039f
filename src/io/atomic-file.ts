import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that a reader, or a run after a power cut, finds the old content or the new one
 * and nothing between: a temporary file in the same folder, flushed, then renamed over the target.
 *
 * @param path - The target; its folder must exist.
 * @param content - The whole content; in pieces, if it lies in pieces.
 * @throws The error of the file system; the target is then as it was, and no temporary is left.
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

async function writeFlushed(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  await flushAndClose(file, async () => {
    for (const piece of pieces) await file.writeFile(piece);
  });
}

/** Makes the rename itself last. Windows opens no folders, and journals renames by itself. */
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
