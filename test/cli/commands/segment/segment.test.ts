import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeImage } from '../../../../src/data/decode-image.js';
import { decodeLabels } from '../../../../src/data/indexed-png.js';
import { createSegmenter } from '../../../../src/segment/segmenter.js';
import { jpegPicture, pngPicture } from '../../../segment/pictures.js';
import { SMALL, smallModel, smallWeights } from '../../../segment/small-model.js';
import { narrowCaffeModel } from '../../../support/narrow-caffemodel.js';
import { withEnvironment } from '../../../support/with-environment.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder, type CliRun } from '../../run-cli.js';

interface JsonLine {
  readonly input: string;
  readonly width: number;
  readonly height: number;
  readonly model: string;
  readonly plan_hash: string;
  readonly scores_sha256: string;
  readonly threads: number;
  readonly milliseconds: number;
  readonly classes: readonly { id: number; name: string; pixels: number; share: number }[];
}

function jsonLines({ stdout }: CliRun): JsonLine[] {
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as JsonLine);
}

describe('fcn segment', () => {
  const folder = scratchFolder();
  const model = smallModel();

  const put = async (name: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), bytes);
  };
  const segment = async (...args: readonly string[]): Promise<CliRun> =>
    await runCli(folder.path, 'segment', '--model', 'small.safetensors', ...args);
  const written = async (name = 'out'): Promise<string[]> =>
    (await readdir(join(folder.path, name))).sort();
  const read = async (name: string): Promise<Uint8Array> =>
    new Uint8Array(await readFile(join(folder.path, name)));
  /** In this process: a command line that is refused before any work, with a reason. */
  const refused = async (
    reason: RegExp,
    code: number,
    ...args: readonly string[]
  ): Promise<void> => {
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const got = await refusal('segment', '--model', 'small.safetensors', ...args);
      assert.match(got.message, reason);
      assert.equal(got.code, code);
    } finally {
      process.chdir(before);
    }
    await assert.rejects(written(), 'nothing is written');
  };

  beforeEach(async () => put('small.safetensors', model));

  it('writes the class map and the overlay of PNG and JPEG files', async () => {
    await put('first.png', pngPicture(40, 30));
    await put('second.JPG', jpegPicture(33, 47));
    const run = await segment('first.png', 'second.JPG', '--opacity', '0.25');
    assert.equal(run.stderr, '');
    assert.equal(run.code, 0);
    assert.match(
      run.stdout,
      /^first\.png \(40×30\) → out.first\.png: .* %; \d+ ms\nsecond\.JPG \(33×47\) → .*\n$/,
    );
    const names = ['first.overlay.png', 'first.png', 'second.overlay.png', 'second.png'];
    assert.deepEqual(await written(), names);
    using segmenter = await createSegmenter({ model });
    for (const [input, name] of [
      ['first.png', 'first'],
      ['second.JPG', 'second'],
    ]) {
      // prettier-ignore
      const result = await segmenter.segment(await read(input));
      const labels = decodeLabels(await read(`out/${name}.png`), name);
      assert.deepEqual(labels.data, result.classMap);
      assert.equal(labels.width, result.width);
      const drawn = decodeImage(await read(`out/${name}.overlay.png`), name);
      assert.deepEqual(drawn, decodeImage(result.toOverlay(0.25), name));
    }
  });

  it('takes the photos of a folder in the order of their names, once each', async () => {
    for (const name of ['b.jpeg', 'a.jpg']) await put(`in/${name}`, jpegPicture(20, 20));
    await put('in/C.PNG', pngPicture(20, 20));
    await put('in/notes.txt', Buffer.from('not a photo'));
    await put('in/.hidden.png', Buffer.from('not a photo either'));
    await put('in/deeper/d.png', pngPicture(20, 20));
    const run = await segment('in', 'in/a.jpg', '-o', 'results/here');
    assert.equal(run.code, 0, run.stderr);
    const order = run.stdout.match(/^\S+/gm);
    assert.deepEqual(order, ['in/C.PNG', 'in/a.jpg', 'in/b.jpeg']);
    assert.equal((await written('results/here')).length, 6);
  });

  it('does the others when some inputs fail, and says what is wrong with each', async () => {
    await put('good.png', pngPicture(20, 20));
    await put('also-good.jpg', jpegPicture(20, 20));
    await put('cut.png', pngPicture(200, 200).subarray(0, 300));
    await put('text.jpg', Buffer.from('no picture'));
    await mkdir(join(folder.path, 'empty'));
    const run = await segment(
      'good.png',
      'cut.png',
      'gone.png',
      'text.jpg',
      'empty',
      'also-good.jpg',
    );
    assert.equal(run.code, 1);
    const lines = run.stderr.trimEnd().split('\n');
    assert.match(lines[0], /^fcn: cut\.png: .*\(at byte \d+\)$/);
    assert.match(lines[1], /^fcn: gone\.png: no such file or folder$/);
    assert.match(lines[2], /^fcn: text\.jpg: .*expected PNG or JPEG\) \(at byte 0\)$/);
    assert.match(lines[3], /^fcn: empty: no PNG or JPEG files in this folder$/);
    assert.match(lines[4], /^fcn: 4 of 6 inputs failed$/);
    assert.equal(lines.length, 5);
    assert.equal(run.stdout.trimEnd().split('\n').length, 2);
    const names = ['also-good.overlay.png', 'also-good.png', 'good.overlay.png', 'good.png'];
    assert.deepEqual(await written(), names);
  });

  it('prints one JSON line per photo', async () => {
    await put('one.png', pngPicture(25, 16));
    await put('two.png', pngPicture(7, 9));
    const run = await segment('--json', 'one.png', 'two.png');
    const lines = jsonLines(run);
    const [one, two] = lines;
    const keys = [
      'input',
      'width',
      'height',
      'model',
      'mode',
      'plan_hash',
      'scores_sha256',
      'threads',
      'milliseconds',
      'classes',
    ];
    assert.deepEqual(Object.keys(one), keys);
    assert.deepEqual([one.input, one.width, one.height], ['one.png', 25, 16]);
    assert.deepEqual([one.model, one.threads], ['small.safetensors', 1]);
    assert.ok(Number.isInteger(one.milliseconds));
    using segmenter = await createSegmenter({ model });
    const { scores, planHash } = await segmenter.segment(await read('one.png'), { scores: true });
    assert.equal(one.plan_hash, planHash);
    assert.equal(one.scores_sha256, createHash('sha256').update(scores).digest('hex'));
    assert.notEqual(two.plan_hash, one.plan_hash);
    assert.equal(
      one.classes.reduce((sum, { pixels }) => sum + pixels, 0),
      25 * 16,
    );
    for (const { id, name, pixels, share } of one.classes) {
      assert.equal(name, SMALL.classes[id]);
      assert.equal(share, pixels / (25 * 16));
    }
    assert.equal(two.input, 'two.png');
    assert.equal(lines.length, 2);
  });

  it('gives the same bytes in the same order on two threads', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const [i, name] of names.entries())
      await put(`in/${name}.png`, pngPicture(60 - 9 * i, 50, i));
    await put('in/bad.png', pngPicture(60, 60).subarray(0, 100));
    const [one, two] = [
      await segment('in', '-o', 'one'),
      await segment('in', '-o', 'two', '--threads', '2', '--json'),
    ];
    assert.deepEqual([one.code, two.code], [1, 1]);
    assert.equal(two.stderr, one.stderr);
    const lines = jsonLines(two);
    assert.deepEqual(
      lines.map(({ input }) => input),
      names.map((name) => join('in', `${name}.png`)),
    );
    assert.ok(lines.every(({ threads }) => threads === 2));
    assert.deepEqual(await written('two'), await written('one'));
    for (const name of await written('one')) {
      assert.deepEqual(await read(`two/${name}`), await read(`one/${name}`));
    }
  });

  it('shares the work on one photo between threads, with the same scores', async () => {
    await put('one.png', pngPicture(90, 70));
    const runs = [
      await segment('--json', 'one.png'),
      await segment('--json', 'one.png', '--threads', '3'),
    ];
    const [alone, together] = runs.flatMap(jsonLines);
    assert.deepEqual([alone.threads, together.threads], [1, 3]);
    assert.equal(together.scores_sha256, alone.scores_sha256);
    assert.equal(together.plan_hash, alone.plan_hash);
  });

  it('refuses a wrong command line', async () => {
    await put('a.png', pngPicture(8, 8));
    await refused(/missing required argument 'IN'/, 2);
    await refused(/unknown option '--jsn' \(Did you mean --json\?\)/, 2, 'a.png', '--jsn');
    await refused(/--threads.*integer/, 2, 'a.png', '--threads', '0');
    await refused(/--threads.*integer/, 2, 'a.png', '--threads', '1.5');
    await refused(/--opacity.*from 0 to 1/, 2, 'a.png', '--opacity', '1.01');
    await refused(/--opacity.*from 0 to 1/, 2, 'a.png', '--opacity', '');
    await refused(/argument missing/, 2, 'a.png', '-o');
    await refused(
      /^cannot write to a\.png: there is a file of this name$/,
      2,
      'a.png',
      '-o',
      'a.png',
    );
    await refused(
      /^cannot write to a\.png.b: a part of the path is a file/,
      2,
      'a.png',
      '-o',
      'a.png/b',
    );
  });

  it('refuses to write two photos to one name, or over a photo', async () => {
    const photo = pngPicture(8, 8);
    for (const name of ['a.png', 'a.jpg', 'b/a.png', 'c/x.png', 'c/x.overlay.jpg'])
      await put(name, photo);
    await refused(/a\.png and a\.jpg would both be written to out.a\.png/, 2, 'a.png', 'a.jpg');
    await refused(/would both be written/, 2, 'b/a.png', 'a.png');
    await refused(/would both be written to out.x\.overlay\.png/, 2, 'c');
    await refused(/a\.png would replace a\.png; choose another -o/, 2, 'a.png', '-o', '.');
    await symlink('b', join(folder.path, 'link'));
    await refused(
      /the result of a\.jpg would replace link.a\.png/,
      2,
      'a.jpg',
      'link/a.png',
      '-o',
      'b',
    );
    assert.deepEqual(await read('a.png'), photo);
  });

  it('refuses a model before any work', async () => {
    await put('a.png', pngPicture(8, 8));
    await put('cut.safetensors', model.subarray(0, 4000));
    const short = new Map(smallWeights()).set('fc7.bias', {
      shape: [7],
      data: new Float32Array(7),
    });
    await put('short.safetensors', smallModel(SMALL, short));
    await refused(/^gone: no file and no network/, 2, 'a.png', '--model', 'gone');
    await refused(
      /model refused: cut\.safetensors: .*byte/,
      3,
      'a.png',
      '--model',
      'cut.safetensors',
    );
    await refused(/model refused: .*fc7\.bias/, 3, 'a.png', '--model', 'short.safetensors');
    await cp(join(folder.path, 'a.png'), join(folder.path, 'b.png'));
    const run = await segment('a.png', 'b.png', '--threads', '2', '--model', 'short.safetensors');
    assert.equal(run.code, 3);
    assert.match(run.stderr, /^fcn: model refused: .*fc7\.bias[^\n]*\n$/);
    assert.equal(run.stdout, '');
  });

  it('takes published weights, by file or by name, with their classes', async () => {
    await put('sift.bin', narrowCaffeModel('siftflow-fcn16s'));
    await put('photo.png', pngPicture(24, 18));
    const given = ['photo.png', '--model', 'sift.bin', '--head', 'geo', '--json'];
    const run = await runCli(folder.path, 'segment', ...given);
    assert.deepEqual([run.code, run.stderr], [0, '']);
    const [{ classes }] = jsonLines(run);
    for (const { id, name } of classes) {
      assert.equal(name, ['sky', 'horizontal', 'vertical'][id]);
    }
    await withEnvironment({ FCN_HOME: folder.path }, async () => {
      const missing = await runCli(folder.path, 'segment', 'photo.png', '--model', 'voc-fcn8s');
      assert.equal(missing.code, 3);
      const reason = /voc-fcn8s: weights not downloaded; run "fcn download voc-fcn8s", .*\n$/;
      assert.match(missing.stderr, reason);
    });
  });
});
