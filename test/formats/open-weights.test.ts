import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedArrays } from '../../src/core/named-arrays.js';
import { openWeights } from '../../src/formats/open-weights.js';
import { renameArrays } from '../../src/formats/parameter-names.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { SAVED_FORMATS } from '../../src/formats/saved-formats.js';
import { scratchFolder } from '../cli/run-cli.js';
import { fixture } from '../support/fixtures.js';
import { assertSameArrays, expectedWeights } from '../support/weight-files.js';

function arraysOf(...names: readonly string[]): NamedArrays {
  return new Map(names.map((name) => [name, { shape: [1], data: Float32Array.of(1) }]));
}

describe('openWeights', () => {
  const folder = scratchFolder();

  const kinds: [string, string][] = [
    ['zip.pth', 'pytorch'],
    ['checkpoint-legacy.pth', 'pytorch'],
    ['stored.npz', 'chainer'],
    ['../caffe/tiny.caffemodel', 'caffe'],
    ['../onnx/fcn-narrow-12.onnx', 'onnx'],
    ['zip64.npz', 'numpy'],
    ['f4.npy', 'numpy'],
    ['expected/zip.pth.safetensors', 'safetensors'],
    ['dagnn.mat', 'matconvnet'],
    ['../hdf5/snapshot.h5', 'caffe'],
  ];
  for (const [file, kind] of kinds) {
    it(`recognises ${file} by its content, not its name`, () => {
      const path = join(folder.path, 'model.bin');
      writeFileSync(path, fixture(`weights/${file}`));
      assert.equal(openWeights(path).kind, kind);
      assert.equal(openWeights(fixture(`weights/${file}`)).kind, kind);
    });
  }

  it('checks the SHA-256 of the whole file if one is given', () => {
    const file = fixture('weights/zip.pth');
    const sha256 = createHash('sha256').update(file).digest('hex');
    assert.deepEqual(openWeights(file, { sha256 }), openWeights(file));
    const other = sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    assert.throws(() => openWeights(file, { sha256: other }), /wrong SHA-256/);
  });

  it('returns the average colour if the file stores it', () => {
    const { averageColour } = openWeights(fixture('weights/dagnn.mat'));
    assert.deepEqual(averageColour, [122.5, 116.25, 104]);
    assert.equal(openWeights(fixture('weights/zip.pth')).averageColour, null);
  });

  it("gives Chainer's layers the names of this library", () => {
    const { arrays, notes } = openWeights(fixture('weights/deflated.npz'));
    assert.deepEqual(
      [...arrays.keys()],
      ['conv1_1.weight', 'conv1_1.bias', 'fc6.weight', 'fc6.bias'],
    );
    assert.deepEqual(arrays.get('fc6.bias'), expectedWeights('deflated.npz').get('fc6/b'));
    assert.match(notes[0], /^renamed: conv1_1\/W → conv1_1\.weight, /);
  });

  it('names the blobs of an HDF5 snapshot by their number per layer', () => {
    const { arrays } = openWeights(fixture('hdf5/snapshot.h5'));
    assert.equal(arrays.size, 12 * 2 + 3 + 1);
    assert.deepEqual(arrays.get('conv12.weight')?.shape, [2, 3, 3, 3]);
    assert.deepEqual(
      [
        'conv1.bias',
        'bn.running_mean',
        'bn.running_var',
        'bn.running_count',
        'inception/1x1.weight',
      ].filter((name) => !arrays.has(name)),
      [],
    );
  });

  it("gives torchvision's VGG16 the names of the paper, but no other network", () => {
    const { arrays } = renameArrays(
      arraysOf('module.features.0.weight', 'module.features.28.bias', 'module.classifier.3.weight'),
      'pytorch',
    );
    assert.deepEqual([...arrays.keys()], ['conv1_1.weight', 'conv5_3.bias', 'fc7.weight']);
    const other = renameArrays(
      arraysOf('features.0.weight', 'features.3.squeeze.weight'),
      'pytorch',
    );
    assert.deepEqual([...other.arrays.keys()], ['features.0.weight', 'features.3.squeeze.weight']);
  });

  it('leaves out counters with a note, and refuses two arrays of one name', () => {
    const { arrays, notes } = renameArrays(
      arraysOf('bn.weight', 'bn.num_batches_tracked'),
      'pytorch',
    );
    assert.deepEqual([...arrays.keys()], ['bn.weight']);
    assert.deepEqual(notes, ['left out: bn.num_batches_tracked']);
    assert.throws(
      () => renameArrays(arraysOf('a.weight', 'module.a.weight'), 'pytorch'),
      /two arrays would get the name "a\.weight" \(the second is "module\.a\.weight"\)/,
    );
  });

  it('refuses files without weights, with advice for known formats', () => {
    const refused: [Uint8Array, RegExp][] = [
      [new Uint8Array(), /no weights \(got an empty file; expected \.npy, \.npz, \.pth/],
      [
        fixture('bad/pth-tar-layout.pth'),
        /no weights \(got a tar archive; PyTorch wrote such files before 2017/,
      ],
      [fixture('bad/mat-version-7.3.mat'), /version 7\.3 \(HDF5\) is unsupported; .*save/],
      [Uint8Array.of(0x80, 4, 0x95), /no weights \(got a bare pickle; save/],
      [Buffer.from('<!doctype html>'), /no weights \(got an HTML page/],
    ];
    for (const [bytes, reason] of refused) assert.throws(() => openWeights(bytes), reason);
    assert.throws(() => openWeights(join(folder.path, 'absent')), {
      name: 'FcnError',
      message: /absent: ENOENT/,
    });
  });

  it('reads back what it writes, for all pairs of formats', async () => {
    const views = [...expectedWeights('views.pth')].slice(3);
    // In a caffemodel every array belongs to a layer.
    const arrays: NamedArrays = new Map(views.map(([name, array]) => [`${name}.weight`, array]));
    const formats = SAVED_FORMATS.filter((format) => format !== 'npy');
    for (const first of formats) {
      const one = join(folder.path, `one-${first}`);
      await saveWeights(one, { arrays }, { format: first });
      for (const second of formats) {
        const two = join(folder.path, `two.${second}`);
        await saveWeights(two, openWeights(one));
        assertSameArrays(openWeights(two).arrays, arrays);
      }
    }
    assert.equal(readdirSync(folder.path).length, 2 * formats.length);
  });

  it('refuses to write what a format cannot hold', async () => {
    const path = join(folder.path, 'a');
    const arrays = arraysOf('a', 'b');
    await assert.rejects(saveWeights(`${path}.npy`, { arrays }), /holds one array \(got 2\)/);
    await assert.rejects(saveWeights(`${path}.pth`, { arrays }, { half: true }), /half precision/);
    await assert.rejects(
      saveWeights(`${path}.txt`, { arrays }),
      /unknown format \(got \.txt, expected one of safetensors, pth, npz, caffemodel, npy\)/,
    );
    await assert.rejects(saveWeights(path, { arrays }), /got a path without ending/);
  });
});
