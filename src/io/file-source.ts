import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';

/** A file that is read in place, at any offset, and never as a whole. */
export interface FileSource extends ByteSource {
  /** Gives the file back; nothing can be read afterwards. */
  close(): void;
}

/** Most bytes of one read call: the system takes no more than 2³¹ at once. */
const MOST_BYTES_PER_READ = 1 << 30;

/**
 * Opens a file for reading in place. What is viewed is a copy.
 *
 * @throws The error of the file system, also if the path is no file.
 */
export function openFileSource(path: string): FileSource {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new ParseError(path, 0, 'is no file');
    return fileSource(path, file, stat.size);
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function fileSource(path: string, file: number, length: number): FileSource {
  const copy = (start: number, target: Uint8Array): void => {
    for (let done = 0; done < target.length;) {
      const wanted = Math.min(target.length - done, MOST_BYTES_PER_READ);
      const got = readSync(file, target, done, wanted, start + done);
      if (got === 0) throw new ParseError(path, start + done, 'ends early: it shrank while read');
      done += got;
    }
  };
  return {
    name: path,
    length,
    view: (start, end) => {
      const bytes = new Uint8Array(end - start);
      copy(start, bytes);
      return bytes;
    },
    copy,
    close: () => {
      closeSync(file);
    },
  };
}
