import assert from 'node:assert/strict';
import {
  BYTE_LIMIT,
  checkOptions,
  either,
  finiteNumber,
  FLAG,
  FUNCTION,
  listOf,
  oneOf,
  OBJECT,
  TEXT,
  wholeNumber,
  type OptionChecks,
} from '../../src/core/check-options.js';
import { OptionError } from '../../src/core/option-error.js';

interface Options {
  readonly mode?: 'exact' | 'fast';
  readonly threads?: number;
  readonly scale?: number;
  readonly quiet?: boolean;
  readonly name?: string;
  readonly onStep?: () => void;
  readonly size?: readonly number[];
  readonly memory?: number | 'all';
  readonly backend?: object;
  readonly budget?: number;
}

const CHECKS: OptionChecks<Options> = {
  mode: oneOf('exact', 'fast'),
  threads: wholeNumber(1, 64),
  scale: finiteNumber(0),
  quiet: FLAG,
  name: TEXT,
  onStep: FUNCTION,
  size: listOf(wholeNumber(1), 2),
  memory: either(wholeNumber(1), oneOf('all')),
  backend: OBJECT,
  budget: BYTE_LIMIT,
};

/** Checks options that the compiler would refuse. */
function check(options: unknown): void {
  checkOptions('compile', options as Options, CHECKS);
}

function refuses(options: unknown, message: string): void {
  assert.throws(() => check(options), { name: 'OptionError', message });
}

describe('checkOptions', () => {
  it('accepts valid values and missing options', () => {
    check({});
    check({ mode: undefined, other: undefined });
    const all = { mode: 'exact', threads: 64, scale: 0.5, quiet: false, name: '' };
    check({ ...all, onStep: () => undefined, size: [3, 4], memory: 'all', backend: {} });
    check({ memory: 2 ** 30, budget: Infinity });
  });

  it('rejects an unknown option and suggests the closest one', () => {
    refuses({ treads: 2 }, 'compile: unknown option "treads"; did you mean threads?');
    refuses(
      { colour: 'red' },
      'compile: unknown option "colour"; the options are ' +
        'mode, threads, scale, quiet, name, onStep, size, memory, backend, budget',
    );
    assert.match(messageOf({ toString: 1 }), /unknown option "toString"/);
  });

  it('rejects invalid values', () => {
    const got = (name: string, value: string, expected: string): string =>
      `compile: invalid value of the option ${name} (got ${value}, expected ${expected})`;
    refuses({ mode: 'Exact' }, got('mode', '"Exact"', 'one of exact, fast'));
    refuses({ threads: 0 }, got('threads', '0', 'a whole number from 1 to 64'));
    refuses({ threads: 1.5 }, got('threads', '1.5', 'a whole number from 1 to 64'));
    refuses({ threads: '2' }, got('threads', '"2"', 'a whole number from 1 to 64'));
    refuses({ scale: NaN }, got('scale', 'NaN', 'a finite number of at least 0'));
    refuses({ quiet: 1 }, got('quiet', '1', 'true or false'));
    refuses({ name: 3n }, got('name', '3', 'a text'));
    refuses({ onStep: {} }, got('onStep', 'an object', 'a function'));
    const pair = 'an array, 2 elements, each a whole number of at least 1';
    refuses({ size: [1] }, got('size', 'an array of 1', pair));
    refuses({ size: [1, 0] }, got('size', 'an array of 2', pair));
    const memory = 'a whole number of at least 1, or all';
    refuses({ memory: 'most' }, got('memory', '"most"', memory));
    refuses({ budget: -1 }, got('budget', '-1', 'a whole number of bytes, or Infinity'));
    refuses({ backend: null }, got('backend', 'null', 'an object'));
  });

  it('rejects options that are not an object', () => {
    for (const [given, text] of [
      [null, 'null'],
      [3, '3'],
      ['fast', '"fast"'],
      [[], 'an array of 0'],
    ] as const) {
      refuses(given, `compile: unexpected options (got ${text}, expected an object)`);
    }
  });

  it('cuts long values', () => {
    assert.ok(messageOf({ mode: 'x'.repeat(1e5) }).length < 160);
  });

  it('names options as the caller does', () => {
    assert.throws(
      () => check({ mode: 'Exact' }),
      (error: unknown) =>
        error instanceof OptionError &&
        error.messageWith((option) => `--${option}`).startsWith('compile: invalid value of --mode'),
    );
  });
});

function messageOf(options: unknown): string {
  try {
    check(options);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
