/**
 * Runs all checks before a change lands: the static checks, two at a time, then a command given as
 * arguments (the tests); the last line of output counts checks and tests.
 *
 *     node tools/check.mjs [COMMAND ARGUMENT...]
 */
import { spawn } from 'node:child_process';

/** Longest first, so that both lanes end at about the same time. */
const CHECKS = ['lint', 'types', 'docs', 'format:check', 'deps', 'dead'];
const LANES = 2;
const CLOSING = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;

/** Runs a command; resolves to its exit code after all its output was forwarded. */
function run(command, onText) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', onText);
    child.stderr.setEncoding('utf8').on('data', onText);
    child.on('error', (error) => onText(`${error.message}\n`));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const waiting = [...CHECKS];
let failedChecks = 0;

async function lane() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const start = performance.now();
    let output = '';
    const code = await run(['npm', 'run', '--silent', name], (text) => (output += text));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (code === 0) console.log(`check ${name}: ok (${seconds} s)`);
    else {
      failedChecks += 1;
      console.log(`check ${name}: FAILED (exit code ${code}, ${seconds} s)\n${output}`);
    }
  }
}

/** Runs the tests without printing their last line; returns their counts, or one failure if there are none. */
async function tests(command) {
  let pending = '';
  let counts;
  const code = await run(command, (text) => {
    const lines = (pending + text).split('\n');
    pending = lines.pop();
    for (const line of lines) {
      const closing = CLOSING.exec(line);
      if (closing) counts = closing.slice(1).map(Number);
      else console.log(line);
    }
  });
  if (pending) console.log(pending);
  const [passed, failed, skipped] = counts ?? [0, 0, 0];
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped };
}

await Promise.all(Array.from({ length: LANES }, lane));
const command = process.argv.slice(2);
let counts = { passed: 0, failed: 0, skipped: 0 };
if (command.length > 0) counts = await tests(command);
const failed = counts.failed + failedChecks;
const passed = counts.passed + CHECKS.length - failedChecks;
console.log(`${passed} passed, ${failed} failed, ${counts.skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
