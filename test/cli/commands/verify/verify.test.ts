import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeIndexedPng } from '../../../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../../../src/data/palette.js';
import type { VerifyReport } from '../../../../src/verify/report.js';
import { pngPicture } from '../../../segment/pictures.js';
import { narrowCaffeModel } from '../../../support/narrow-caffemodel.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

describe('fcn verify', function () {
  this.timeout(60_000);
  const folder = scratchFolder();

  it('writes a report of what was and what was not compared', async () => {
    await writeFile(join(folder.path, 'w.caffemodel'), narrowCaffeModel('voc-fcn8s'));
    await mkdir(join(folder.path, 'demo'));
    await writeFile(join(folder.path, 'demo', 'image.png'), pngPicture(20, 12));
    const given = ['verify', '--weights', 'w.caffemodel', '--demo', 'demo'];
    const { code, stderr } = await runCli(folder.path, ...given, '-o', 'report.md');
    assert.equal(stderr, '');
    assert.equal(code, 0);
    const report = await readFile(join(folder.path, 'report.md'), 'utf8');
    assert.match(report, /^# Verification of w\.caffemodel\n\nNot verified: nothing contradicts/);
    assert.match(report, /\| network \| voc-fcn8s \|/);
    assert.match(
      report,
      /\| output of the demo image \| not checked \| there is no output\.png \|/,
    );
    assert.match(report, /\| plan hash \| [0-9a-f]{16} \|/);
  });

  it('ends with 1 where something differs, with the report all the same', async () => {
    await writeFile(join(folder.path, 'w.caffemodel'), narrowCaffeModel('voc-fcn8s'));
    const given = ['verify', 'voc-fcn8s', '--weights', 'w.caffemodel', '--json'];
    const { code, stdout, stderr } = await runCli(folder.path, ...given);
    assert.equal(code, 1);
    assert.equal(stderr, 'fcn: differs: sha1, numbers in parameters\n');
    const { verdict, checks } = JSON.parse(stdout) as VerifyReport;
    assert.equal(verdict, 'contradicted');
    assert.ok(checks.some(({ state }) => state === 'not checked'));
  });

  it('passes the data set and its list on', async () => {
    await writeFile(join(folder.path, 'w.caffemodel'), narrowCaffeModel('voc-fcn8s'));
    for (const name of ['images', 'labels'])
      await mkdir(join(folder.path, 'data', name), { recursive: true });
    await writeFile(join(folder.path, 'data', 'images', 'a.png'), pngPicture(20, 12));
    const data = new Uint8Array(20 * 12);
    const png = encodeIndexedPng({ width: 20, height: 12, data }, VOC_PALETTE);
    await writeFile(join(folder.path, 'data', 'labels', 'a.png'), png);
    await writeFile(join(folder.path, 'data', 'val.txt'), 'a\n');
    const given = ['verify', '--weights', 'w.caffemodel', '--dataset', 'data'];
    const { code, stdout, stderr } = await runCli(folder.path, ...given, '--list', 'val.txt');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /## Data set\n\n[^#]*\| list \| val\.txt \|\n\| photos \| 1 \|/);
    const missing = await runCli(folder.path, ...given);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /missing list data\/seg11valid\.txt/);
  });

  it('refuses damaged weights, and asks for some', async () => {
    await writeFile(join(folder.path, 'w.caffemodel'), narrowCaffeModel('voc-fcn8s').slice(0, 999));
    const damaged = await runCli(folder.path, 'verify', '--weights', 'w.caffemodel');
    assert.equal(damaged.code, 3);
    assert.match(damaged.stderr, /^fcn: model refused: w\.caffemodel: /);
    assert.equal((await runCli(folder.path, 'verify')).code, 2);
    await writeFile(join(folder.path, 'n.caffemodel'), narrowCaffeModel('nyud-fcn32s-color'));
    const { code, message } = await refusal(
      'verify',
      '--weights',
      join(folder.path, 'n.caffemodel'),
    );
    assert.equal(code, 2);
    assert.match(message, /nyud-fcn32s-color or nyud-fcn32s-hha; say which by --net$/);
  });
});
