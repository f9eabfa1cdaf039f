/** Exit code and message of every error of a command. No other file decides them. */
import { CommanderError } from 'commander';
import { FcnError } from '../../core/errors.js';
import { OptionError } from '../../core/option-error.js';
import { OpenError, type OpenErrorKind } from '../../open/open-error.js';
import { RecipeError } from '../../train/recipe-error.js';
import { flagOf } from '../options/option-flags.js';
import { CommandError, EXIT, oneLine, type ExitCode } from './exit-codes.js';
import { isSystemError, systemReason, type SystemError } from './system-error.js';

/** End of a command because of an error. */
export interface Failure {
  /** Exit code of the process. */
  readonly exitCode: ExitCode;
  /** Message on one line; empty if everything has been said. */
  readonly message: string;
}

/** Kinds that another command line corrects; nothing has been opened. */
const WRONG_USAGE: readonly OpenErrorKind[] = [
  'unknown-name',
  'not-found',
  'no-weights',
  'option-needed',
  'option-refused',
];

/** Exit code and message of anything that a command throws. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: oneLine(error) };
  if (error instanceof CommanderError) {
    // commander has written its message itself, through outputError
    return { exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage, message: '' };
  }
  if (error instanceof OpenError) return openFailure(error);
  if (error instanceof OptionError) {
    return { exitCode: EXIT.usage, message: toLine(error.messageWith(flagOf)) };
  }
  if (error instanceof RecipeError) return { exitCode: EXIT.usage, message: oneLine(error) };
  if (error instanceof FcnError) return { exitCode: EXIT.failed, message: oneLine(error) };
  if (isSystemError(error)) return { exitCode: EXIT.failed, message: systemMessage(error) };
  const advice = 'please report it with the output under FCN_DEBUG=1';
  return { exitCode: EXIT.internal, message: `internal error: ${oneLine(error)}; ${advice}` };
}

function openFailure(error: OpenError): Failure {
  const message = toLine(error.messageWith(flagOf));
  return WRONG_USAGE.includes(error.kind)
    ? { exitCode: EXIT.usage, message }
    : { exitCode: EXIT.modelRefused, message: `model refused: ${message}` };
}

function systemMessage(error: SystemError): string {
  const { path } = error;
  const reason = systemReason(error);
  return path === undefined || reason === oneLine(error) ? reason : `${path}: ${reason}`;
}

function toLine(text: string): string {
  return oneLine(new Error(text));
}
