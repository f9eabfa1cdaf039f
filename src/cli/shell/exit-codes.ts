/** Exit codes of the process. */
export const EXIT = {
  /** Everything was done. */
  ok: 0,
  /** Some of the work failed, each failure with a line on stderr; the rest was done. */
  failed: 1,
  /** The command line is wrong; nothing was done. */
  usage: 2,
  /** A file is damaged, unsupported, not downloaded or cannot be read; nothing was done. */
  modelRefused: 3,
  /** A programming error, as `EX_SOFTWARE` of sysexits.h. */
  internal: 70,
  /** Ctrl-C; outputs that were finished before are complete. */
  interrupted: 130,
} as const;

/** One of the values of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error with the exit code of the process; an empty message prints nothing. */
export class CommandError extends Error {
  override name = 'CommandError';
  /** Exit code of the process. */
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Creates the error for a wrong command line. */
export function usageError(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}

/** The message of anything thrown, on one line. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replaceAll(/\s*\n\s*/g, ' ');
}
