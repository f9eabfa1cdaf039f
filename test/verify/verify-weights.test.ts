import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeIndexedPng } from '../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { OpenError } from '../../src/open/open-error.js';
import { createSegmenter } from '../../src/segment/segmenter.js';
import { toMarkdown } from '../../src/verify/report.js';
import { verify } from '../../src/verify/verify-weights.js';
import { scratchFolder } from '../cli/run-cli.js';
import { pngPicture } from '../segment/pictures.js';
import { wasmBackend } from '../support/backends.js';
import { narrowCaffeModel } from '../support/narrow-caffemodel.js';

const DATASET = ['images', 'labels'] as const;

/** Writes weights and two photos; 24 of the 240 labels of the second one are wrong, and 40 do not count. */
async function writeFiles(folder: string): Promise<string> {
  const path = join(folder, 'w.caffemodel');
  await writeFile(path, narrowCaffeModel('voc-fcn8s'));
  for (const name of DATASET) await mkdir(join(folder, name));
  using segmenter = await createSegmenter({
    ...{ model: path, mode: 'exact' },
    backend: await wasmBackend(),
  });
  for (const [i, name] of ['a', 'b'].entries()) {
    await writeFile(join(folder, 'images', `${name}.png`), pngPicture(20, 12, i));
    const { classMap } = await segmenter.segment(pngPicture(20, 12, i));
    const data = classMap.map((id, at) => {
      if (i === 0) return id;
      return at < 24 ? (id + 1) % 21 : at < 64 ? 255 : id;
    });
    const png = encodeIndexedPng({ width: 20, height: 12, data }, VOC_PALETTE);
    await writeFile(join(folder, 'labels', `${name}.png`), png);
  }
  await writeFile(join(folder, 'val.txt'), 'a\nb\n');
  return path;
}

describe('verify', function () {
  this.timeout(60_000);
  const folder = scratchFolder();

  it('scores the labelled photos of a folder and counts them', async () => {
    const weights = await writeFiles(folder.path);
    const counted: [number, number][] = [];
    const report = await verify('voc-fcn8s', {
      ...{ weights, dataset: folder.path, list: 'val.txt' },
      onPhoto: (done, photos) => counted.push([done, photos]),
    });
    const { dataset, checks } = report;
    assert.deepEqual(counted, [
      [1, 2],
      [2, 2],
    ]);
    assert.deepEqual([dataset?.list, dataset?.photos], ['val.txt', 2]);
    assert.equal(dataset?.scores.pixelAccuracy, (240 + 176) / (240 + 200));
    assert.ok(dataset.scores.meanIU < 1);
    const scored = checks.find(({ name }) => name.startsWith('scores on VOC'));
    assert.equal(scored?.detail, 'they were measured on 736 photos, the list has 2');
    assert.match(toMarkdown(report), /## Data set\n\n[^#]*\| pixel accuracy \| 94\.5455 % \|/);
  });

  it('states a difference in the report, and throws nothing', async () => {
    const weights = join(folder.path, 'w.caffemodel');
    await writeFile(weights, narrowCaffeModel('voc-fcn8s'));
    const { name, file, verdict, checks } = await verify('voc-fcn8s', { weights });
    assert.deepEqual([name, file], ['voc-fcn8s', 'fcn8s-heavy-pascal.caffemodel']);
    assert.equal(verdict, 'contradicted');
    const failed = checks.filter(({ state }) => state === 'failed');
    assert.deepEqual(
      failed.map((check) => check.name),
      ['sha1', 'numbers in parameters'],
    );
  });

  it('recognises the network of a file without a name', async () => {
    const path = join(folder.path, 'w.caffemodel');
    await writeFile(path, narrowCaffeModel('voc-fcn8s'));
    const { name, network, verdict } = await verify(path, { mode: 'fast' });
    assert.deepEqual([name, network, verdict], [null, 'voc-fcn8s', 'outputs not compared']);
  });

  it('stops between two photos when its signal is aborted', async () => {
    const weights = await writeFiles(folder.path);
    const controller = new AbortController();
    const reason = new Error('enough');
    let done = 0;
    const work = verify(weights, {
      ...{ dataset: folder.path, list: 'val.txt', signal: controller.signal },
      onPhoto: () => {
        done++;
        controller.abort(reason);
      },
    });
    await assert.rejects(work, reason);
    assert.equal(done, 1);
  });

  it('refuses unknown names and options that do not belong together', async () => {
    const path = join(folder.path, 'w.caffemodel');
    await writeFile(path, narrowCaffeModel('voc-fcn8s'));
    await assert.rejects(verify('voc-fnc8s'), (error) => {
      return error instanceof OpenError && error.kind === 'unknown-name';
    });
    await assert.rejects(verify('fcn8s-squeezenet'), (error) => {
      return error instanceof OpenError && error.kind === 'no-weights';
    });
    await assert.rejects(verify('voc-fcn8s', { weights: path, network: 'voc-fcn16s' }), {
      name: 'OptionError',
      message: 'voc-fcn8s: the option network goes with a file (got a name)',
    });
    await assert.rejects(
      verify(path, { weights: path }),
      /the option weights goes with a name \(got a file\)$/,
    );
    await assert.rejects(verify(path, { threads: 0 }), /^OptionError: verify: invalid value of/);
  });
});
