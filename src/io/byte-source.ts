import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FcnError } from '../core/errors.js';

/** Bytes that are read by position, as often as they are needed. */
export interface ByteSource {
  /** Its name, for errors. */
  readonly name: string;
  /** How many there are. */
  readonly size: number;
  /**
   * Fills `target`, in any memory, with the bytes from a position on.
   *
   * @throws {@link FcnError} if they cannot be read any more.
   */
  read(position: number, target: Uint8Array): void;
  /** Ends reading. */
  close(): void;
}

/** Bytes in memory, which must not change. */
export function bytesInMemory(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read(position, target) {
      target.set(bytes.subarray(position, position + target.length));
    },
    close: () => undefined,
  };
}

/** Most bytes that one call of the system is asked for. */
const MOST_BYTES = 2 ** 30;

/**
 * An open file, read straight to where its bytes are wanted. One that was replaced stays readable as it
 * was; one that was written to is refused from then on.
 *
 * @throws {@link FcnError} if it cannot be opened, or is no file.
 */
export function bytesOfFile(path: string | URL): ByteSource {
  const name = String(path);
  const descriptor = attempt(name, () => openSync(path, 'r'));
  const stateOf = () => fstatSync(descriptor);
  const { size, mtimeMs } = stateOf();
  let open = true;
  const readOnce = (position: number, target: Uint8Array): number =>
    attempt(name, () => {
      const length = Math.min(target.length, MOST_BYTES);
      return readSync(descriptor, target, { length, position });
    });
  return {
    name,
    size,
    read(position, target) {
      if (!open) throw new FcnError(`${name}: was closed`);
      for (let done = 0; done < target.length;) {
        const count = readOnce(position + done, target.subarray(done));
        if (count === 0) throw new FcnError(`${name}: has become shorter`);
        done += count;
      }
      const now = stateOf();
      if (now.size !== size || now.mtimeMs !== mtimeMs) {
        throw new FcnError(`${name}: was changed while it was in use`);
      }
    },
    close() {
      if (open) closeSync(descriptor);
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
