import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { refusal } from './refusal.js';
import { runCli } from './run-cli.js';

describe('fcn', () => {
  it('prints its version on stdout', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    const stdout = `${manifest.version}\n`;
    assert.deepEqual(await runCli('.', '--version'), { code: 0, stdout, stderr: '' });
  });

  it('says in one line what it does not know, as wrong usage', async () => {
    assert.deepEqual(await runCli('.', 'segmnt'), {
      code: 2,
      stdout: '',
      stderr: "fcn: unknown command 'segmnt' (Did you mean segment?)\n",
    });
    assert.equal((await refusal()).code, 2);
  });

  it('names its commands in the help', async () => {
    const { message } = await refusal();
    for (const command of ['segment', 'heatmap', 'train', 'eval']) {
      assert.match(message, new RegExp(`^  ${command} `, 'm'));
    }
  });
});
