import Mocha, { type Runner, type Test } from 'mocha';
import { sharedIsPresent } from './shared.js';
import { skipReason } from './skip.js';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

/**
 * Reports one line per skipped test with its reason, the failures in full, and as the last line
 * `N passed, N failed, N skipped`. The expected count of skips is 0 where the shared material is
 * present; there, and for a skip without a reason, a skip is a failure.
 */
// eslint-disable-next-line no-restricted-syntax -- mocha loads a reporter by its default export
export default class CountingReporter extends Mocha.reporters.Base {
  #unexpected = 0;

  constructor(runner: Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const counts = { passed: 0, skipped: 0 };
    const slowest: Test[] = [];
    runner.on(EVENT_TEST_PASS, (test) => {
      counts.passed += 1;
      slowest.push(test);
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
      printSlowest(slowest);
      const failed = this.failures.length + this.#unexpected;
      print(
        `${String(counts.passed)} passed, ${String(failed)} failed, ${String(counts.skipped)} skipped`,
      );
    });
  }

  /** Called by mocha after the last test, to settle the exit code. */
  override done(failures: number, exit?: (failures: number) => void): void {
    exit?.(failures + this.#unexpected);
  }
}

function printSlowest(tests: Test[]): void {
  const byTime = tests
    .map((test) => ({ title: test.fullTitle(), seconds: (test.duration ?? 0) / 1000 }))
    .filter(({ seconds }) => seconds >= 5)
    .sort((a, b) => b.seconds - a.seconds);
  for (const { title, seconds } of byTime.slice(0, 10)) {
    print(`slow: ${seconds.toFixed(1)} s: ${title}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
