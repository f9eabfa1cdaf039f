import { didYouMean } from './closest-name.js';
import { OptionError } from './option-error.js';

/** The values that one option accepts. */
export interface OptionCheck {
  /** The accepted values in words, such as `a whole number from 1`. */
  readonly expected: string;
  /** True if a value is one of them. */
  readonly accepts: (value: unknown) => boolean;
}

/** A check for each option of an interface; the compiler refuses a table that lacks one. */
export type OptionChecks<T> = { readonly [K in keyof T]-?: OptionCheck };

/** Any value, where the function that takes the option checks the value itself. */
export const CHECKED_LATER: OptionCheck = { expected: 'a value', accepts: () => true };

/** `true` or `false`. */
export const FLAG: OptionCheck = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

/** A text. */
export const TEXT: OptionCheck = {
  expected: 'a text',
  accepts: (value) => typeof value === 'string',
};

/** A SHA-256. */
export const SHA256: OptionCheck = {
  expected: 'a SHA-256 in 64 hexadecimal digits',
  accepts: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value),
};

/** A function. */
export const FUNCTION: OptionCheck = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
};

/** An object, which is also checked where it is used. */
export const OBJECT: OptionCheck = {
  expected: 'an object',
  accepts: (value) => typeof value === 'object' && value !== null,
};

/** One of a few texts. */
export function oneOf(...choices: readonly string[]): OptionCheck {
  return {
    expected: choices.length === 1 ? choices[0] : `one of ${choices.join(', ')}`,
    accepts: (value) => typeof value === 'string' && choices.includes(value),
  };
}

/** A whole number, of at least `min` and at most `max`. */
export function wholeNumber(min: number, max?: number): OptionCheck {
  const { words, contains } = rangeOf(min, max);
  return {
    expected: `a whole number${words}`,
    accepts: (value) => typeof value === 'number' && Number.isSafeInteger(value) && contains(value),
  };
}

/** A finite number, of at least `min` and at most `max`. */
export function finiteNumber(min?: number, max?: number): OptionCheck {
  const { words, contains } = rangeOf(min, max);
  return {
    expected: `a finite number${words}`,
    accepts: (value) => typeof value === 'number' && Number.isFinite(value) && contains(value),
  };
}

/** A limit in bytes; `Infinity` for no limit. */
export const BYTE_LIMIT: OptionCheck = {
  expected: 'a whole number of bytes, or Infinity',
  accepts: (value) => value === Infinity || wholeNumber(0).accepts(value),
};

/** A value that one of two checks accepts. */
export function either(first: OptionCheck, second: OptionCheck): OptionCheck {
  return {
    expected: `${first.expected}, or ${second.expected}`,
    accepts: (value) => first.accepts(value) || second.accepts(value),
  };
}

/** An array whose elements all pass a check; of a fixed length if one is given. */
export function listOf(element: OptionCheck, length?: number): OptionCheck {
  const count = length === undefined ? 'each' : `${String(length)} elements, each`;
  return {
    expected: `an array, ${count} ${element.expected}`,
    accepts: (value) =>
      Array.isArray(value) &&
      (length === undefined || value.length === length) &&
      value.every(element.accepts),
  };
}

/**
 * Checks the options that a caller passed: every name must be in the table, and every value accepted. A value
 * of `undefined` counts as left out.
 *
 * @param subject - The function that takes them, for messages.
 * @throws {@link OptionError} that names the subject, the option, the value and what is accepted.
 */
export function checkOptions<T extends object>(
  subject: string,
  options: T,
  checks: OptionChecks<T>,
): void {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new OptionError(
      `${subject}: unexpected options (got ${shown(given)}, expected an object)`,
    );
  }
  const known = new Map<string, OptionCheck>(Object.entries(checks));
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const check = known.get(name);
    if (check === undefined) throw unknownOption(subject, name, [...known.keys()]);
    if (!check.accepts(value)) {
      throw new OptionError(
        (naming) =>
          `${subject}: invalid value of ${naming(name)} (got ${shown(value)}, expected ${check.expected})`,
      );
    }
  }
}

function unknownOption(subject: string, name: string, known: readonly string[]): OptionError {
  const hint = didYouMean(name, known);
  return new OptionError(
    `${subject}: unknown option ${shown(name)}${hint || `; the options are ${known.join(', ')}`}`,
  );
}

/** A range of numbers: in words that follow a noun, and as a test. */
interface Range {
  readonly words: string;
  readonly contains: (value: number) => boolean;
}

function rangeOf(min: number | undefined, max: number | undefined): Range {
  const contains = (value: number): boolean =>
    value >= (min ?? -Infinity) && value <= (max ?? Infinity);
  if (min === undefined)
    return { words: max === undefined ? '' : ` up to ${String(max)}`, contains };
  const words =
    max === undefined ? ` of at least ${String(min)}` : ` from ${String(min)} to ${String(max)}`;
  return { words, contains };
}

/** Longest text of a value in a message. */
const SHOWN = 60;

/** A value as a message shows it, cut if it is long. */
function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
  }
  return Array.isArray(value) ? `an array of ${String(value.length)}` : `an object`;
}
