import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FcnError, ParseError } from '../core/errors.js';
import { BLOCK_BYTES, type ByteSource } from './byte-source.js';

/** An open file as a source of bytes. */
export interface FileSource extends ByteSource {
  /** Closes the file; nothing can be read from it afterwards. */
  close(): void;
}

/**
 * Opens a file of any size and reads parts of it on demand. A file that is replaced stays readable; a file
 * that is modified is refused from then on.
 *
 * @throws {@link FcnError} if it cannot be opened, is not a file or was modified; {@link ParseError} if it
 *   was truncated.
 */
export function openFileSource(path: string | URL): FileSource {
  const name = String(path);
  const file = attempt(name, () => openSync(path, 'r'));
  const opened = fstatSync(file);
  if (!opened.isFile()) {
    closeSync(file);
    throw new FcnError(`${name}: not a file`);
  }
  let open = true;
  let block: Uint8Array | null = null;
  const fill = (start: number, target: Uint8Array): void => {
    for (let done = 0; done < target.length;) {
      const position = start + done;
      const length = target.length - done;
      const read = attempt(name, () => readSync(file, target, done, length, position));
      if (read === 0) throw new ParseError(name, position, 'ends early: the file became shorter');
      done += read;
    }
  };
  const copy = (start: number, target: Uint8Array): void => {
    if (!open) throw new FcnError(`${name}: already closed`);
    if (target.length <= BLOCK_BYTES) fill(start, target);
    else {
      block ??= new Uint8Array(BLOCK_BYTES);
      for (let at = 0; at < target.length; at += BLOCK_BYTES) {
        const part = block.subarray(0, target.length - at);
        fill(start + at, part);
        target.set(part, at);
      }
    }
    const now = fstatSync(file);
    if (now.size !== opened.size || now.mtimeMs !== opened.mtimeMs) {
      throw new FcnError(`${name}: changed while in use`);
    }
  };
  return {
    ...{ name, length: opened.size, copy },
    view(start, end) {
      const bytes = new Uint8Array(end - start);
      copy(start, bytes);
      return bytes;
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}

function attempt<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new FcnError(`${name}: ${(cause as Error).message}`, { cause });
  }
}
