import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTinyFolder } from '../../../train/tiny-folder.js';
import { endOfCli, runCli, scratchFolder, startCli } from '../../run-cli.js';

/** Waits until a run writes a new checkpoint. */
async function newCheckpoint(out: string, child: ChildProcess): Promise<void> {
  const list = async (): Promise<string[]> => await readdir(out).catch(() => []);
  const before = await list();
  while (child.exitCode === null) {
    const added = (await list()).filter((name) => !before.includes(name));
    if (added.some((name) => name.endsWith('.checkpoint.safetensors'))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('fcn train and fcn eval', () => {
  const folder = scratchFolder();

  it('train a recipe and score the model with the same result as the run', async () => {
    await writeTinyFolder(folder.path, 6);
    const run = await runCli(folder.path, 'train', 'tiny.json');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /^32s {2}1\/6 {2}loss .*\n32s {2}6\/6 .*\n32s {2}mean IU/m);
    const [noted] = JSON.parse(await readFile(join(folder.path, 'out/scores.json'), 'utf8')) as [
      { meanIU: number; classes: object[] },
    ];
    const args = ['--model', 'out/32s.safetensors', '--data', 'data'];
    const scored = await runCli(folder.path, 'eval', ...args, '--json');
    assert.equal(scored.code, 0, scored.stderr);
    const sheet = JSON.parse(scored.stdout) as typeof noted & { photos: number };
    assert.equal(sheet.meanIU, noted.meanIU);
    assert.deepEqual(sheet.classes, noted.classes);
    assert.equal(sheet.photos, 2);
    const table = await runCli(folder.path, 'eval', ...args);
    assert.match(table.stdout, /^mean IU {15,}\d+\.\d\d$/m);
  });

  it('continue bit-identically after Ctrl-C and after a kill', async function () {
    this.timeout(600_000); // four processes, on a machine that may be busy
    await writeTinyFolder(folder.path, 40);
    const whole = await runCli(folder.path, 'train', 'tiny.json', '--out', 'whole');
    assert.equal(whole.code, 0, whole.stderr);
    const out = join(folder.path, 'parts');

    const first = startCli(folder.path, ['train', 'tiny.json', '--out', 'parts']);
    const firstEnd = endOfCli(first);
    await newCheckpoint(out, first);
    first.kill('SIGINT');
    const interrupted = await firstEnd;
    assert.equal(interrupted.code, 130, interrupted.stderr);

    const second = startCli(folder.path, ['train', 'tiny.json', '--out', 'parts', '--resume']);
    const secondEnd = endOfCli(second);
    await newCheckpoint(out, second);
    second.kill('SIGKILL');
    await secondEnd;

    const last = await runCli(folder.path, 'train', 'tiny.json', '--out', 'parts', '--resume');
    assert.equal(last.code, 0, last.stderr);
    assert.deepEqual(
      await readFile(join(out, '32s.safetensors')),
      await readFile(join(folder.path, 'whole', '32s.safetensors')),
    );
  });

  it('report an invalid recipe as wrong usage and name the key', async () => {
    await writeTinyFolder(folder.path, 6, { name: 5 });
    const wrong = await runCli(folder.path, 'train', 'tiny.json');
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [2, 'fcn: tiny.json: name: wrong kind of value (got 5, expected a text)\n'],
    );
    assert.equal((await runCli(folder.path, 'train', 'nowhere.json')).code, 2);
    await writeTinyFolder(join(folder.path, 'b'), 6, { weights: 'weights/none.safetensors' });
    const absent = await runCli(folder.path, 'train', 'b/tiny.json');
    assert.equal(absent.code, 2);
    assert.match(
      absent.stderr,
      /^fcn: weights: not found \(tried .*none.safetensors and .*; set FCN_SHARED/,
    );
  });

  it('refuse a file that is not a model with exit code 3', async () => {
    await writeTinyFolder(folder.path, 6);
    const args = ['eval', '--model', 'tiny.json', '--data', 'data'];
    assert.equal((await runCli(folder.path, ...args)).code, 3);
  });
});
