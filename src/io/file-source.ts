import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';

/** Node reads at most 2 GiB at once. */
const MOST_AT_ONCE = 2 ** 30;

/** An open file as a source of bytes. */
export interface FileSource extends ByteSource {
  /** Closes the file; nothing can be read from it afterwards. */
  close(): void;
}

/**
 * Opens a file of any size. Only what is asked for is read, when it is asked for.
 *
 * @throws What Node throws if it cannot be opened; later {@link ParseError} if it became shorter.
 */
export function openFileSource(path: string): FileSource {
  const file = openSync(path, 'r');
  const length = fstatSync(file).size;
  const copy = (start: number, target: Uint8Array): void => {
    let done = 0;
    while (done < target.length) {
      const wanted = Math.min(MOST_AT_ONCE, target.length - done);
      const read = readSync(file, target, done, wanted, start + done);
      if (read === 0) throw new ParseError(path, start + done, 'ends early: it became shorter');
      done += read;
    }
  };
  return {
    name: path,
    length,
    copy,
    view(start, end) {
      const bytes = new Uint8Array(end - start);
      copy(start, bytes);
      return bytes;
    },
    close() {
      closeSync(file);
    },
  };
}
