import { oneLine } from './exit-codes.js';

/** An error of the operating system, such as a missing file or a full disk. */
export type SystemError = Error & NodeJS.ErrnoException;

/** True for an error of the operating system. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** Reasons in plain words, by the code of the error. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'there is a file of this name',
  ENOTDIR: 'a part of the path is a file, not a folder',
};

/** Reason of a system error without the path, which the caller's message names. */
export function systemReason(error: SystemError): string {
  return REASONS[error.code ?? ''] ?? oneLine(error);
}
