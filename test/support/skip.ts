import type { Context, Test } from 'mocha';

/** Reasons of the tests and hooks skipped by {@link skip}. */
const reasons = new WeakMap<object, string>();

/**
 * Skips the running test; in a `before` hook, all tests of its suite. The reporter prints the reason.
 *
 * @param context - `this` of the test or hook.
 */
export function skip(context: Context, reason: string): never {
  const running = context.test;
  if (running?.parent && 'type' in running && running.type === 'hook')
    reasons.set(running.parent, reason);
  else if (running) reasons.set(running, reason);
  return context.skip();
}

/** Reason why a test was skipped; undefined if none was given. */
export function skipReason(test: Test): string | undefined {
  const own = reasons.get(test);
  if (own !== undefined) return own;
  for (let suite = test.parent; suite; suite = suite.parent) {
    const inherited = reasons.get(suite);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}
