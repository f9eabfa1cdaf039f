import { DigestError, FcnError } from '../core/errors.js';
import type { OptionNaming } from '../core/option-error.js';

/** Reason why a network cannot be opened. */
export type OpenErrorKind =
  /** The source is neither a file nor a known name. */
  | 'unknown-name'
  /** The path or address leads to nothing. */
  | 'not-found'
  /** The file or address exists and cannot be read. */
  | 'unreadable'
  /** The weights are published and not in the cache. */
  | 'not-downloaded'
  /** The content is not a network, and not weights of a known network. */
  | 'not-a-network'
  /** The content is damaged, contradicts itself, or holds something unsupported. */
  | 'damaged'
  /** The content has another SHA-256 than the one asked for. */
  | 'wrong-digest'
  /** The network has parameters, and no weights were given. */
  | 'no-weights'
  /** Weights and network do not belong together. */
  | 'weights-do-not-fit'
  /** Something has to be said by an option: which network, or how a photo becomes the input. */
  | 'option-needed'
  /** An option contradicts the source. */
  | 'option-refused';

/** A network that cannot be opened. The message names the source, the problem and what to do. */
export class OpenError extends FcnError {
  /** `OpenError`. */
  override name = 'OpenError';
  /** Reason. */
  readonly kind: OpenErrorKind;
  /** The message with options named as the caller knows them, such as by a flag. */
  readonly messageWith: (naming: OptionNaming) => string;

  constructor(
    kind: OpenErrorKind,
    message: string | ((naming: OptionNaming) => string),
    options?: ErrorOptions,
  ) {
    const messageWith = typeof message === 'string' ? () => message : message;
    super(
      messageWith((option) => `the option ${option}`),
      options,
    );
    this.kind = kind;
    this.messageWith = messageWith;
  }
}

/**
 * Runs a step of opening: errors of readers and builders become an {@link OpenError} of a kind, with the error as its
 * cause. Programming errors pass.
 */
export async function opening<T>(kind: OpenErrorKind, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw openErrorOf(kind, cause);
  }
}

/** The same for a step that is not asynchronous. */
export function openingNow<T>(kind: OpenErrorKind, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw openErrorOf(kind, cause);
  }
}

function openErrorOf(kind: OpenErrorKind, cause: unknown): unknown {
  if (cause instanceof OpenError || !(cause instanceof FcnError)) return cause;
  const actual = cause instanceof DigestError ? 'wrong-digest' : kind;
  return new OpenError(actual, cause.message, { cause });
}
