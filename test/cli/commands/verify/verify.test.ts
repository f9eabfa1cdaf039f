import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkDemo,
  checkFile,
  checkParameters,
  checkScores,
  notChecked,
  verdictOf,
} from '../../../../src/verify/checks.js';
import { runDemo } from '../../../../src/verify/demo.js';
import type { VerifyReport } from '../../../../src/verify/report.js';
import { decodeImage } from '../../../../src/data/decode-image.js';
import { encodePng } from '../../../../src/data/encode-png.js';
import { encodeIndexedPng } from '../../../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../../../src/data/palette.js';
import { ConfusionMatrix } from '../../../../src/metrics/confusion-matrix.js';
import { createSegmenter } from '../../../../src/segment/segmenter.js';
import { zooEntry } from '../../../../src/zoo/catalogue.js';
import { wasmBackend } from '../../../support/backends.js';
import { narrowCaffeModel } from '../../../support/narrow-caffemodel.js';
import { sharedFile } from '../../../support/shared.js';
import { picture, pngPicture } from '../../../segment/pictures.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

describe('checks of a verification', () => {
  const entry = zooEntry('voc-fcn8s');
  const states = (checks: readonly { state: string }[]): string[] =>
    checks.map(({ state }) => state);

  it('compare size and digest where they are published, and say where not', () => {
    const digest = entry.checksum?.hex ?? '';
    const found = { bytes: 5, sha256: '', published: digest };
    assert.deepEqual(states(checkFile(entry, found)), ['not checked', 'passed']);
    assert.deepEqual(states(checkFile(entry, { ...found, published: 'f' })), [
      'not checked',
      'failed',
    ]);
    const sized = zooEntry('torchvision-fcn-resnet50');
    assert.deepEqual(states(checkFile(sized, { ...found, bytes: 141_567_418 })), [
      'passed',
      'failed',
    ]);
    assert.deepEqual(states(checkFile(null, found)), ['not checked', 'not checked']);
  });

  it('compare counts of numbers', () => {
    assert.equal(checkParameters(entry, 134_489_759).state, 'passed');
    assert.equal(checkParameters(entry, 134_489_758).state, 'failed');
    assert.equal(checkParameters(null, 1).state, 'not checked');
  });

  it('let one pixel in a thousand tip over', () => {
    assert.equal(checkDemo(167, 167_000).state, 'passed');
    assert.equal(checkDemo(168, 167_000).state, 'failed');
  });

  it('compare scores to four decimals, on all 736 photos only', () => {
    // counts of two classes that give 91.2212 % of pixels, and other means than the published ones
    const matrix = new ConfusionMatrix(21);
    matrix.counts[0] = 912_212;
    matrix.counts[1] = 87_788;
    const [pixel, mean] = checkScores(entry, matrix.scores(), 736);
    assert.deepEqual(pixel, {
      name: 'pixel accuracy',
      state: 'passed',
      detail: 'published 91.2212, found 91.2212',
    });
    assert.equal(mean.state, 'failed');
    assert.deepEqual(states(checkScores(entry, matrix.scores(), 735)), ['not checked']);
    const unscored = zooEntry('pascalcontext-fcn8s');
    assert.deepEqual(states(checkScores(unscored, matrix.scores(), 736)), ['not checked']);
  });

  it('verify only if an output was compared and nothing differs', () => {
    const passed = checkDemo(0, 10);
    const failed = checkDemo(10, 10);
    assert.equal(verdictOf([notChecked('digest', ''), passed]), 'verified');
    assert.equal(verdictOf([passed, checkParameters(entry, 1)]), 'contradicted');
    assert.equal(verdictOf([checkParameters(entry, 134_489_759)]), 'outputs not compared');
    assert.equal(verdictOf([failed]), 'contradicted');
  });
});

describe('the demo image', () => {
  const folder = scratchFolder();

  it('of the authors gives the published figures', async function () {
    // Not the network: a segmenter that answers with the published output, of which facts are known.
    const source = (name: string): string =>
      sharedFile(this, `golden/published/fcn8s-demo/${name}`);
    const output = decodeImage(await readFile(source('output.png')), 'output.png');
    const ids = new Map(
      Array.from({ length: 21 }, (_, id) => [VOC_PALETTE.slice(3 * id, 3 * id + 3).join(), id]),
    );
    const answer = Uint8Array.from(
      { length: output.width * output.height },
      (_, i) => ids.get(output.data.slice(3 * i, 3 * i + 3).join()) ?? 255,
    );
    for (const name of ['image.jpg', 'output.png', 'label.png']) {
      await copyFile(source(name), join(folder.path, name));
    }
    const path = join(folder.path, 'w.caffemodel');
    await writeFile(path, narrowCaffeModel('voc-fcn8s'));
    using narrow = await createSegmenter({ model: path, backend: await wasmBackend() });
    const answering = {
      ...narrow,
      segment: async (image: Parameters<typeof narrow.segment>[0]) => ({
        ...(await narrow.segment(image)),
        classMap: answer,
      }),
    };
    const demo = await runDemo(answering, 'voc-fcn8s', folder.path);
    assert.equal(demo.check.state, 'passed');
    assert.deepEqual(
      demo.result.agreement.map(({ name, both }) => [name, both]),
      [
        ['background', 74_268],
        ['bicycle', 42_851],
        ['person', 49_881],
      ],
    );
    assert.equal(demo.result.againstLabels?.ours.pixelAccuracy.toFixed(10), '0.8425141101');
    assert.equal(demo.result.againstLabels.published.meanIU.toFixed(10), '0.7196156777');
    const other = await runDemo(narrow, 'voc-fcn8s', folder.path);
    assert.equal(other.check.state, 'failed');
    const elsewhere = await runDemo(narrow, 'voc-fcn16s', folder.path);
    assert.match(elsewhere.check.detail, /published for voc-fcn8s alone/);
    // Either file alone, changed without a change of its pixels, is enough to refuse the comparison.
    const genuine = await readFile(source('image.jpg'));
    await writeFile(join(folder.path, 'image.jpg'), Buffer.concat([genuine, Buffer.alloc(1)]));
    const tamperedImage = await runDemo(answering, 'voc-fcn8s', folder.path);
    assert.equal(tamperedImage.check.state, 'not checked');
    await writeFile(join(folder.path, 'image.jpg'), genuine);
    await writeFile(join(folder.path, 'output.png'), encodePng(output));
    const tamperedOutput = await runDemo(answering, 'voc-fcn8s', folder.path);
    assert.equal(tamperedOutput.check.state, 'not checked');
  });

  it('of somebody else is shown, and counts for nothing', async () => {
    const { width, height } = picture(20, 12);
    await writeFile(join(folder.path, 'image.png'), pngPicture(20, 12));
    const black = { width, height, data: new Uint8Array(3 * width * height) };
    await writeFile(join(folder.path, 'output.png'), encodePng(black));
    const path = join(folder.path, 'w.caffemodel');
    await writeFile(path, narrowCaffeModel('voc-fcn8s'));
    using segmenter = await createSegmenter({ model: path, backend: await wasmBackend() });
    const demo = await runDemo(segmenter, 'voc-fcn8s', folder.path);
    assert.match(demo.check.detail, /not the published files/);
    assert.equal(demo.result.agreement[0].published, 240);
    const { scores } = await segmenter.segment(picture(20, 12), { scores: true });
    const digest = createHash('sha256')
      .update(scores ?? '')
      .digest('hex');
    assert.equal(demo.result.scoresSha256, digest);
  });
});

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

  it('scores the labelled photos of a folder', async () => {
    const path = join(folder.path, 'w.caffemodel');
    await writeFile(path, narrowCaffeModel('voc-fcn8s'));
    for (const name of ['images', 'labels'])
      await mkdir(join(folder.path, 'data', name), { recursive: true });
    using segmenter = await createSegmenter({
      model: path,
      backend: await wasmBackend(),
      mode: 'exact',
    });
    // The labels are what the network says, but for 24 of 240 pixels of the second photo, and 40 that do not count.
    for (const [i, name] of ['a', 'b'].entries()) {
      await writeFile(join(folder.path, 'data', 'images', `${name}.png`), pngPicture(20, 12, i));
      const { classMap } = await segmenter.segment(pngPicture(20, 12, i));
      const labels = classMap.map((id, at) => {
        if (i === 0) return id;
        return at < 24 ? (id + 1) % 21 : at < 64 ? 255 : id;
      });
      const png = encodeIndexedPng({ width: 20, height: 12, data: labels }, VOC_PALETTE);
      await writeFile(join(folder.path, 'data', 'labels', `${name}.png`), png);
    }
    await writeFile(join(folder.path, 'data', 'val.txt'), 'a\nb\n');
    const given = ['verify', 'voc-fcn8s', '--weights', 'w.caffemodel'];
    const data = ['--dataset', 'data', '--list', 'val.txt'];
    const { code, stdout } = await runCli(folder.path, ...given, ...data, '--json');
    // The digest is not the published one; of the scores nothing is said on two photos.
    assert.equal(code, 1);
    const { dataset, checks } = JSON.parse(stdout) as VerifyReport;
    assert.deepEqual([dataset?.list, dataset?.photos], ['val.txt', 2]);
    assert.equal(dataset?.scores.pixelAccuracy, (240 + 176) / (240 + 200));
    assert.ok(dataset.scores.meanIU < 1);
    const scored = checks.find(({ name }) => name.startsWith('scores on VOC'));
    assert.deepEqual(scored?.detail, 'they were measured on 736 photos, the list has 2');
    const markdown = await runCli(folder.path, 'verify', '--weights', 'w.caffemodel', ...data);
    assert.deepEqual([markdown.code, markdown.stderr], [0, '']);
    assert.match(markdown.stdout, /## Data set\n\n[^#]*\| pixel accuracy \| 94\.5455 % \|/);
    const missing = await runCli(folder.path, ...given, '--dataset', 'data');
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
