import Mocha, { type Runner, type Test } from 'mocha';
import { skipReason } from './skip.js';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

/**
 * One line per skipped test with its reason, the failures in full, and as the last line of all
 * `N passed, N failed, N skipped`. A test that is skipped without a reason fails.
 */
// eslint-disable-next-line no-restricted-syntax -- mocha takes a reporter by its default export
export default class CountingReporter extends Mocha.reporters.Base {
  #unexplained = 0;

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
      if (reason === undefined) this.#unexplained += 1;
      else counts.skipped += 1;
      print(`skipped: ${test.fullTitle()}: ${reason ?? 'WITHOUT A REASON, which is a failure'}`);
    });
    runner.once(EVENT_RUN_END, () => {
      Mocha.reporters.Base.list(this.failures);
      printSlowest(slowest);
      const failed = this.failures.length + this.#unexplained;
      print(
        `${String(counts.passed)} passed, ${String(failed)} failed, ${String(counts.skipped)} skipped`,
      );
    });
  }

  /** Called by mocha after the last test, to settle the exit code. */
  override done(failures: number, exit?: (failures: number) => void): void {
    exit?.(failures + this.#unexplained);
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
