import type { CachedFile } from '../../../zoo/cache.js';
import { zooEntry } from '../../../zoo/catalogue.js';
import { download } from '../../../zoo/download.js';
import { interruptible } from '../../shell/interrupt.js';

/** Runs `fcn download`: prints where the file is. */
export async function runDownload(name: string, json: boolean): Promise<void> {
  const entry = zooEntry(name);
  const file = await interruptible(async (signal): Promise<CachedFile> => {
    try {
      return await download(entry, {
        environment: process.env,
        signal,
        onProgress: progressOf(name),
      });
    } finally {
      if (process.stderr.isTTY) process.stderr.write('\n');
    }
  });
  process.stdout.write(json ? `${JSON.stringify({ name, ...file })}\n` : `${file.path}\n`);
}

/** A line that is written over as bytes arrive; nothing where nobody watches. */
function progressOf(name: string): (bytes: number, total: number | null) => void {
  if (!process.stderr.isTTY) return () => undefined;
  let shown = '';
  return (bytes, total) => {
    const share = total === null ? '' : ` of ${(total / 1e6).toFixed(0)}`;
    const line = `\r${name}: ${(bytes / 1e6).toFixed(0)}${share} MB`;
    if (line !== shown) process.stderr.write(line);
    shown = line;
  };
}
