import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runCli } from './run-cli.js';

describe('fcn', () => {
  it('prints its version and its help on stdout', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    assert.deepEqual(await runCli('.', '--version'), {
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
    const help = await runCli('.', 'segment', '--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, /Usage: fcn segment \[options\] <IN\.\.\.>/);
  });

  it('calls anything it does not know a wrong usage', async () => {
    assert.equal((await runCli('.')).code, 2);
    const run = await runCli('.', 'segmnt');
    assert.equal(run.code, 2);
    assert.equal(run.stderr, "fcn: unknown command 'segmnt' (Did you mean segment?)\n");
  });
});
