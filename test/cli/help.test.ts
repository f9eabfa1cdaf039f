import assert from 'node:assert/strict';
import { createProgram } from '../../src/cli/program.js';

/** Text of `--help`, with everything that follows the options. */
function helpOf(command: ReturnType<typeof createProgram>): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

describe('fcn --help', () => {
  const program = createProgram();

  it('explains every exit code', () => {
    const help = helpOf(program);
    for (const code of [0, 1, 2, 3, 70, 130]) {
      assert.match(help, new RegExp(`^ {2}${String(code)} +[a-z]`, 'm'));
    }
  });

  for (const command of program.commands) {
    it(`shows an example and the exit codes of ${command.name()}`, () => {
      const help = helpOf(command);
      assert.match(help, new RegExp(`^Example: fcn ${command.name()} .`, 'm'));
      assert.match(help, /^Exit codes: 0 /m);
    });
  }
});
