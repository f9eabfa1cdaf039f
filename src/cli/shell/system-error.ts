import { oneLine } from './exit-codes.js';

/** An error of the operating system, such as a missing file or a full disk. */
export type SystemError = Error & NodeJS.ErrnoException;

/** True for an error of the operating system. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** Reason of a system error without the path, which the caller's message names. */
export function systemReason(error: SystemError): string {
  if (error.code === 'ENOENT') return 'no such file or folder';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'permission denied';
  return oneLine(error);
}
