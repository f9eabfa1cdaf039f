import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../../../../src/data/encode-png.js';
import { encodeIndexedPng } from '../../../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../../../src/data/palette.js';
import { NARROW, PHOTOS, tinyStage } from '../../../train/tiny-run.js';
import { endOfCli, runCli, scratchFolder, startCli } from '../../run-cli.js';

/** A data set and a recipe of one stage in a folder. */
async function prepare(folder: string, iterations: number, change: object = {}): Promise<void> {
  await mkdir(join(folder, 'data', 'images'), { recursive: true });
  await mkdir(join(folder, 'data', 'labels'));
  for (const [i, { image, labels }] of PHOTOS.entries()) {
    await writeFile(join(folder, 'data', 'images', `p${String(i)}.png`), encodePng(image));
    const map = encodeIndexedPng(labels, VOC_PALETTE);
    await writeFile(join(folder, 'data', 'labels', `p${String(i)}.png`), map);
  }
  await writeFile(join(folder, 'data', 'train.txt'), 'p0\np1\np2\np3\n');
  await writeFile(join(folder, 'data', 'val.txt'), 'p4\np5\n');
  const recipe = {
    name: 'tiny',
    data: { folder: 'data', train: 'train.txt', val: 'val.txt', classes: ['dark', 'red', 'blue'] },
    input: { order: 'rgb', mean: [40, 20, 40] },
    network: NARROW,
    output: 'out',
    checkpointEvery: 5,
    stages: [tinyStage('32s', undefined, iterations)],
    ...change,
  };
  await writeFile(join(folder, 'tiny.json'), JSON.stringify(recipe));
}

/** Waits until a run has written a checkpoint that was not there before. */
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

  it('train a recipe beside the recipe, and score the model as the run did', async () => {
    await prepare(folder.path, 6);
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

  it('go on with the same bits after Ctrl-C and after a kill', async function () {
    this.timeout(600_000); // four processes, on a machine that may be busy
    await prepare(folder.path, 40);
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

  it('call a recipe that cannot be obeyed a wrong usage, and name the key', async () => {
    await prepare(folder.path, 6, { name: 5 });
    const wrong = await runCli(folder.path, 'train', 'tiny.json');
    assert.deepEqual([wrong.code, wrong.stderr], [2, 'fcn: tiny.json: name: a text is expected\n']);
    assert.equal((await runCli(folder.path, 'train', 'nowhere.json')).code, 2);
    await prepare(join(folder.path, 'b'), 6, { weights: 'weights/none.safetensors' });
    const absent = await runCli(folder.path, 'train', 'b/tiny.json');
    assert.equal(absent.code, 2);
    assert.match(absent.stderr, /^fcn: weights: neither .* FCN_SHARED/);
  });

  it('refuse what is no model with exit code 3', async () => {
    await prepare(folder.path, 6);
    const args = ['eval', '--model', 'tiny.json', '--data', 'data'];
    assert.equal((await runCli(folder.path, ...args)).code, 3);
  });
});
