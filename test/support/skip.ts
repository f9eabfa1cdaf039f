import type { Context } from 'mocha';

/** Key under which the reporter finds the reason, on the skipped test or suite. */
const SKIP_REASON = Symbol.for('fcn-wasm.skip-reason');

/**
 * Skips the running test; in a `before` hook, all tests of its suite. The reporter prints the reason.
 *
 * @param context - `this` of the test or hook.
 */
export function skip(context: Context, reason: string): never {
  const running = context.test;
  const isHook = running !== undefined && 'type' in running && running.type === 'hook';
  const skipped = isHook ? running.parent : running;
  if (skipped) Object.assign(skipped, { [SKIP_REASON]: reason });
  return context.skip();
}
