import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { upgradeCaffeModel, upgradePrototxt } from '../../../../src/cli/commands/convert/caffe.js';
import { memorySource } from '../../../../src/io/byte-source.js';
import { readBinary } from '../../../../src/io/caffe/binary-format.js';
import type { CaffeMessage } from '../../../../src/io/caffe/message.js';
import { readCaffeModel, readNetText } from '../../../../src/io/caffe/read-files.js';
import { caffeType } from '../../../../src/io/caffe/schema.js';
import { parseTextFormat } from '../../../../src/io/caffe/text-format.js';
import { readPrototxt } from '../../../support/caffe-files.js';
import { fixture } from '../../../support/fixtures.js';
import { messageTree } from '../../../support/message-tree.js';
import { sharedFile } from '../../../support/shared.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

const NET = caffeType('NetParameter');

/** The message of a text as it stands, in whatever form. */
function rawPrototxt(path: string): CaffeMessage {
  return parseTextFormat(readFileSync(path, 'utf8'), NET, path);
}

describe('Caffe’s files converted to Caffe’s files', function () {
  this.timeout(60_000);
  const folder = scratchFolder();
  const at = (name: string): string => join(folder.path, name);

  it('keep phases, rules, fillers, rates, losses and data layers', async () => {
    writeFileSync(at('in.prototxt'), fixture('caffe/train-val.prototxt'));
    const run = await runCli(folder.path, 'convert', 'in.prototxt', 'out.prototxt', '--json');
    assert.equal(run.code, 0, run.stderr);
    const { format, notes } = JSON.parse(run.stdout) as { format: string; notes: string[] };
    assert.equal(format, 'prototxt');
    assert.match(notes.join(), /comments are left out/);
    const tree = messageTree(rawPrototxt(at('out.prototxt')));
    assert.deepEqual(tree, messageTree(rawPrototxt(at('in.prototxt'))));
    assert.equal(tree['layer'].length, 9);
  });

  it('are brought into today’s form, as in the description written by hand', async () => {
    writeFileSync(at('v1.prototxt'), fixture('caffe/data-v1.prototxt'));
    await upgradePrototxt(at('v1.prototxt'), at('out.prototxt'));
    const expected = readNetText(fixture('caffe/data-v2.prototxt'), 'data-v2.prototxt');
    assert.deepEqual(messageTree(rawPrototxt(at('out.prototxt'))), messageTree(expected));
  });

  it('say the same, each official description among them', async function () {
    const root = sharedFile(this, 'data');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    let checked = 0;
    for (const file of files.filter((name) => name.endsWith('.prototxt')).sort()) {
      const input = join(root, file);
      const output = at('out.prototxt');
      if (basename(file) === 'solver.prototxt') {
        await assert.rejects(upgradePrototxt(input, output), { name: 'TextFormatError' });
        continue;
      }
      await upgradePrototxt(input, output);
      const written = messageTree(rawPrototxt(output));
      assert.deepEqual(written, messageTree(readPrototxt(input)), file);
      const before = rawPrototxt(input);
      if (!before.has('layers') && !before.has('input')) {
        assert.deepEqual(written, messageTree(before), file);
      }
      checked++;
    }
    assert.equal(checked, 6);
  });

  it('say what Caffe’s own upgrade says', async function () {
    const root = sharedFile(this, 'golden/caffe/formats/prototxt');
    const upgraded = readdirSync(root).filter((name) => name.endsWith('.upgraded.txt'));
    for (const expected of upgraded) {
      const input = join(root, expected.replace('.upgraded.txt', '.prototxt'));
      await upgradePrototxt(input, at('out.prototxt'));
      assert.equal(
        readFileSync(at('out.prototxt'), 'utf8'),
        readFileSync(join(root, expected), 'utf8'),
        expected,
      );
    }
    assert.ok(upgraded.length > 0);
  });

  it('keep the layers of a caffemodel, and every bit of it', async function () {
    const root = sharedFile(this, 'golden/caffe/formats/weights');
    for (const name of [
      'v0',
      'v1',
      'v2',
      'v2_legacy_shape',
      'v2_with_diff',
      'double',
      'unpacked',
    ]) {
      const input = join(root, `${name}.caffemodel`);
      const written = await upgradeCaffeModel(input, at('out.caffemodel'));
      const source = memorySource(readFileSync(at('out.caffemodel')), 'out');
      const model = readCaffeModel(memorySource(readFileSync(input), name));
      assert.deepEqual(written?.arrays, [...model.blobs.values()].flat().length, name);
      const again = readBinary(source, NET);
      assert.ok(!again.has('layers'), name);
      assert.deepEqual(messageTree(again), messageTree(model.net), name);
    }
  });

  it('name the fields of a caffemodel that are not known', async () => {
    const extra = [0xc8, 0x3e, 1]; // NetParameter: field 1001
    const model = Buffer.concat([fixture('caffe/tiny.caffemodel'), Uint8Array.from(extra)]);
    writeFileSync(at('in.caffemodel'), model);
    const run = await runCli(folder.path, 'convert', 'in.caffemodel', 'out.caffemodel', '--json');
    assert.equal(run.code, 0, run.stderr);
    const { kind, arrays, notes } = JSON.parse(run.stdout) as Record<string, unknown>;
    assert.deepEqual([kind, arrays], ['caffe', 4]);
    assert.deepEqual(notes, ['fields that are not known, left out: NetParameter.1001']);
    const [before, after] = ['in', 'out'].map((name) =>
      readCaffeModel(memorySource(readFileSync(at(`${name}.caffemodel`)), name)),
    );
    assert.deepEqual(messageTree(after.net), messageTree(before.net));
    assert.ok(after.net.messages('layer').some((layer) => layer.has('convolution_param')));
  });

  it('are refused where they are damaged, name unknown fields, or are asked for a size', async () => {
    writeFileSync(at('in.prototxt'), 'layer { name: "a" telepathy_param { } }');
    const unknown = await refusal('convert', at('in.prototxt'), at('out.prototxt'));
    assert.equal(unknown.code, 3);
    assert.match(unknown.message, /LayerParameter has no field telepathy_param/);
    writeFileSync(at('in.prototxt'), 'layer { name: "a" type: "Split" }');
    const sized = [at('in.prototxt'), at('out.prototxt'), '--size', '8x8'];
    assert.equal((await refusal('convert', ...sized)).code, 2);
    writeFileSync(at('in.caffemodel'), fixture('bad/caffemodel-shape-of-2-to-62.caffemodel'));
    const damaged = await refusal('convert', at('in.caffemodel'), at('out.caffemodel'));
    assert.deepEqual(
      [damaged.code, damaged.message.includes('wrong number count (got 0 ')],
      [3, true],
    );
    writeFileSync(at('in.caffemodel'), fixture('weights/zip.pth'));
    const half = [at('in.caffemodel'), at('out.caffemodel'), '--half'];
    assert.equal((await refusal('convert', ...half)).code, 1);
    assert.deepEqual(readdirSync(folder.path), ['in.caffemodel', 'in.prototxt']);
  });
});
