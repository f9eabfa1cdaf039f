// Plain JavaScript: mocha loads a reporter by `require`, which the loader of TypeScript does not hook.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

/** Key of the reason that `skip` (skip.ts) leaves on a test or a suite. */
const SKIP_REASON = Symbol.for('fcn-wasm.skip-reason');

/** True if the shared material is present, so that no test may be skipped; see shared.ts. */
const sharedIsPresent = () => existsSync(resolve(process.env['FCN_SHARED'] ?? '../shared'));

/**
 * Reports one line per skipped test with its reason, the failures in full, and as the last line
 * `N passed, N failed, N skipped`. The expected count of skips is 0 where the shared material is
 * present; there, and for a skip without a reason, a skip is a failure.
 */
// eslint-disable-next-line no-restricted-syntax -- mocha loads a reporter by its default export
export default class CountingReporter extends Mocha.reporters.Base {
  #unexpected = 0;

  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, skipped: 0 };
    const passed = [];
    runner.on(EVENT_TEST_PASS, (test) => {
      counts.passed += 1;
      passed.push(test);
    });
    runner.on(EVENT_TEST_FAIL, (test) => {
      print(`failed: ${test.fullTitle()}`);
    });
    runner.on(EVENT_TEST_PENDING, (test) => {
      const reason = skipReason(test);
      const expected = reason !== undefined && !sharedIsPresent();
      if (expected) counts.skipped += 1;
      else this.#unexpected += 1;
      const verdict = expected ? 'skipped' : 'failed, no test may be skipped here';
      print(`${verdict}: ${test.fullTitle()}: ${reason ?? 'no reason given'}`);
    });
    runner.once(EVENT_RUN_END, () => {
      Mocha.reporters.Base.list(this.failures);
      printSlowest(passed);
      const failed = this.failures.length + this.#unexpected;
      print(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
    });
  }

  /** Called by mocha after the last test, to settle the exit code. */
  done(failures, exit) {
    exit?.(failures + this.#unexpected);
  }
}

/** Reason why a test or one of its suites was skipped; undefined if none was given. */
function skipReason(test) {
  for (let at = test; at; at = at.parent) {
    if (at[SKIP_REASON] !== undefined) return at[SKIP_REASON];
  }
  return undefined;
}

function printSlowest(tests) {
  const byTime = tests
    .map((test) => ({ title: test.fullTitle(), seconds: (test.duration ?? 0) / 1000 }))
    .filter(({ seconds }) => seconds >= 5)
    .sort((a, b) => b.seconds - a.seconds);
  for (const { title, seconds } of byTime.slice(0, 10)) {
    print(`slow: ${seconds.toFixed(1)} s: ${title}`);
  }
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
