import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage } from '../../src/data/decode-image.js';
import { pictureInput } from '../../src/data/make-input.js';
import { writeNpy } from '../../src/io/npy.js';
import type { VerifyReport } from '../../src/verify/report.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { parsePreprocessing } from '../../src/zoo/parse-preprocessing.js';
import { picture, pngPicture } from '../segment/pictures.js';
import { cacheAs, narrowZooModel } from '../support/narrow-onnx.js';
import { bytesOf } from '../support/onnx-model.js';
import { withEnvironment } from '../support/with-environment.js';
import { runInProcess } from './in-process.js';
import { scratchFolder } from './run-cli.js';

const NAME = 'onnx-fcn-resnet50-12';
const HOW = 'order=rgb,divide=255,mean=0.485/0.456/0.406,std=0.229/0.224/0.225';

describe('ONNX files on the command line', function () {
  this.timeout(120_000);
  const folder = scratchFolder();
  const at = (name: string): string => join(folder.path, name);
  const zooFile = (): Buffer => Buffer.from(bytesOf(narrowZooModel()));

  /** Numbers of a photo after some preprocessing, as a file. */
  function writeInput(file: string, preprocessing: ReturnType<typeof parsePreprocessing>): void {
    const { data, height, width } = pictureInput(picture(37, 33), preprocessing);
    writeFileSync(at(file), writeNpy({ shape: [1, 3, height, width], data }));
  }

  it('run: a picture goes through the preprocessing that is given', async () => {
    writeFileSync(at('net.onnx'), zooFile());
    writeFileSync(at('photo.png'), pngPicture(37, 33));
    writeInput('input.npy', parsePreprocessing(HOW));
    const run = ['run', '--net', at('net.onnx'), '--blobs', 'input,out'];
    const array = await runInProcess(...run, '-i', at('input.npy'), '--out', at('expected.npz'));
    assert.deepEqual([array.code, array.stderr], [0, '']);
    const photo = [
      ...run,
      '-i',
      at('photo.png'),
      '--compare',
      at('expected.npz'),
      '--tolerance',
      '0',
    ];
    const { code, stderr } = await runInProcess(...photo, '--preprocess', HOW);
    assert.deepEqual([code, stderr], [0, '']);
    const other = await runInProcess(...photo, '--preprocess', `${HOW},size=20x20`);
    assert.equal(other.code, 1);
  });

  it('run: says what to give where nothing says how a picture becomes an input', async () => {
    writeFileSync(at('net.onnx'), zooFile());
    writeFileSync(at('photo.png'), pngPicture(37, 33));
    const run = ['run', '--net', at('net.onnx'), '-i', at('photo.png')];
    const unknown = await runInProcess(...run);
    assert.match(
      unknown.stderr,
      /unknown preprocessing of a picture for input; say it by --preprocess, or give an/,
    );
    assert.equal(unknown.code, 2);
    const wrong = await runInProcess(...run, '--preprocess', 'order=rgbd');
    assert.match(wrong.stderr, /--preprocess: .*order is rgb or bgr/);
    assert.equal(wrong.code, 2);
  });

  it('run, segment, verify: a name of the zoo is its file in the cache', async () => {
    await cacheAs(folder.path, NAME, zooFile());
    writeFileSync(at('photo.png'), pngPicture(37, 33));
    writeInput('input.npy', zooEntry(NAME).preprocessing);
    await withEnvironment({ FCN_HOME: folder.path }, async () => {
      const run = ['run', '--net', NAME, '--mode', 'fast'];
      const array = await runInProcess(...run, '-i', at('input.npy'), '--out', at('expected.npz'));
      assert.deepEqual([array.code, array.stderr], [0, '']);
      const same = ['--compare', at('expected.npz'), '--tolerance', '0'];
      const photo = await runInProcess(...run, '-i', at('photo.png'), ...same);
      assert.deepEqual([photo.code, photo.stderr], [0, '']);

      const segmented = await runInProcess(
        'segment',
        at('photo.png'),
        '--model',
        NAME,
        '-o',
        at('out'),
      );
      assert.deepEqual([segmented.code, segmented.stderr], [0, '']);
      const overlay = decodeImage(readFileSync(at('out/photo.overlay.png')), 'overlay');
      assert.deepEqual([overlay.width, overlay.height], [37, 33]);

      const verified = await runInProcess('verify', NAME, '--json');
      assert.equal(verified.stderr, 'differs: size in bytes, sha256');
      const { network, verdict } = JSON.parse(verified.stdout) as VerifyReport;
      assert.deepEqual([network, verdict], ['fcn_resnet50', 'contradicted']);

      const missing = await runInProcess(
        'run',
        '--net',
        'onnx-fcn-resnet101-11',
        '-i',
        at('input.npy'),
      );
      assert.match(
        missing.stderr,
        /weights not downloaded; run "fcn download onnx-fcn-resnet101-11"/,
      );
      assert.equal(missing.code, 3);
    });
  });

  it('segment: a file says nothing of photos, and is told', async () => {
    writeFileSync(at('net.onnx'), zooFile());
    writeFileSync(at('photo.png'), pngPicture(37, 33));
    const segment = [
      'segment',
      at('photo.png'),
      '--model',
      at('net.onnx'),
      '--json',
      '-o',
      at('out'),
    ];
    const unknown = await runInProcess(...segment);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /net\.onnx: the file does not state how a photo becomes/);
    const { code, stdout, stderr } = await runInProcess(...segment, '--preprocess', HOW);
    assert.deepEqual([code, stderr], [0, '']);
    const [{ name }] = (JSON.parse(stdout) as { classes: { name: string }[] }).classes;
    assert.match(name, /^class \d+$/);
    const wrong = await runInProcess(...segment, '--preprocess', 'rgb');
    assert.equal(wrong.code, 2);
    const own = await runInProcess('segment', at('photo.png'), '--preprocess', HOW);
    assert.deepEqual([own.code, own.stderr], [0, '']);
  });
});
