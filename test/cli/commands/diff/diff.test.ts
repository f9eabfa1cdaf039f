import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage } from '../../../../src/data/decode-image.js';
import { encodePng } from '../../../../src/data/encode-png.js';
import { encodeIndexedPng } from '../../../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../../../src/data/palette.js';
import { defineNetwork } from '../../../../src/formats/caffe/definitions/official.js';
import { printTextFormat } from '../../../../src/io/caffe/print-text.js';
import { writeSafetensors } from '../../../../src/io/safetensors.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

describe('fcn diff', function () {
  this.timeout(120_000);
  const folder = scratchFolder();
  const store = async (name: string, content: string | Uint8Array): Promise<void> => {
    await writeFile(join(folder.path, name), content);
  };
  const diff = async (...args: readonly string[]) => await runCli(folder.path, 'diff', ...args);

  const weights = (...numbers: readonly number[]): Uint8Array => {
    const weight = { shape: [1, 2, 1, 2], data: Float32Array.from(numbers) };
    const bias = { shape: [1], data: Float32Array.of(3) };
    const arrays = new Map(Object.entries({ 'conv.weight': weight, 'conv.bias': bias }));
    return writeSafetensors(arrays, new Map(), { dtype: 'F32' });
  };

  it('ends with 0 for equal weights and 1 for others, and names the first', async () => {
    await store('a.safetensors', weights(1, 2, 3, 4));
    await store('b.safetensors', weights(1, 2, 3, 4.5));
    const same = await diff('a.safetensors', 'a.safetensors');
    assert.deepEqual([same.code, same.stderr], [0, '']);
    assert.match(same.stdout, /\n2 arrays: 2 equal, 0 within/);
    const other = await diff('a.safetensors', 'b.safetensors');
    assert.deepEqual([other.code, other.stderr], [1, 'fcn: first difference: conv.weight\n']);
    assert.match(
      other.stdout,
      /conv\.weight +\[1, 2, 1, 2\] +5\.00e-1 +1\.25e-1 +1050000 +3 +different/,
    );
    assert.equal((await diff('a.safetensors', 'b.safetensors', '--tolerance', '0.2')).code, 0);
  });

  it('says how a layout differs, as JSON, too', async () => {
    await store('a.safetensors', weights(1, 2, 3, 4));
    await store('b.safetensors', weights(2, 1, 4, 3));
    const { code, stdout } = await diff('a.safetensors', 'b.safetensors', '--json');
    assert.equal(code, 1);
    const { kind, first, counts, arrays } = JSON.parse(stdout) as {
      readonly kind: string;
      readonly first: string;
      readonly counts: Readonly<Record<string, number>>;
      readonly arrays: readonly { readonly name: string; readonly layout: string }[];
    };
    assert.deepEqual([kind, first, counts['otherLayout']], ['weights', 'conv.weight', 1]);
    assert.equal(arrays.find(({ name }) => name === first)?.layout, 'equal after reversing axis 3');
  });

  it('compares networks by names, prototxt and ONNX, layer by layer', async () => {
    await store('net.prototxt', printTextFormat(defineNetwork('voc-fcn16s')));
    const same = await diff('net.prototxt', 'voc-fcn16s', '--size', '64x64');
    assert.deepEqual([same.code, same.stderr], [0, '']);
    const other = await diff('voc-fcn16s', 'voc-fcn32s', '--size', '64x64');
    assert.deepEqual([other.code, other.stderr], [1, 'fcn: first difference: upscore2\n']);
    assert.match(other.stdout, /\nupscore2: only in A\n/);
    assert.match(other.stdout, /\nscore: changed\n {2}inputs: upscore16 → upscore\n/);
    assert.match(other.stdout, /\nupscore: only in B\n/);
  });

  it('compares label maps and draws where they differ', async () => {
    const labels = (...data: readonly number[]): Uint8Array =>
      encodeIndexedPng({ width: 3, height: 2, data: Uint8Array.from(data) }, VOC_PALETTE);
    await store('a.png', labels(0, 0, 15, 0, 0, 15));
    await store('b.png', labels(0, 15, 15, 0, 0, 7));
    const { code, stdout, stderr } = await diff('a.png', 'b.png', '--out', 'changes.png');
    assert.deepEqual([code, stderr], [1, 'fcn: first difference: column 1, row 0\n']);
    assert.match(
      stdout,
      /2 of 6 pixels differ, 33\.3333 %; 1 where a border moved .*, 1 elsewhere/,
    );
    assert.match(stdout, /\n +15 +7 +1 +16\.6667 %/);
    const picture = decodeImage(await readFile(join(folder.path, 'changes.png')), 'changes');
    assert.deepEqual([...picture.data.subarray(15)], [128, 128, 128]);
    assert.equal((await diff('a.png', 'b.png', '--tolerance', '0.4')).code, 0);
    assert.equal((await diff('a.png', 'a.png')).code, 0);
  });

  it('refuses what cannot be compared', async () => {
    await store('a.safetensors', weights(1, 2, 3, 4));
    await store(
      'a.png',
      encodeIndexedPng({ width: 1, height: 1, data: Uint8Array.of(0) }, VOC_PALETTE),
    );
    await store('photo.png', encodePng({ width: 1, height: 1, data: Uint8Array.of(0, 0, 0) }));
    await store('bad.npz', 'PK\x03\x04 and no more');
    const path = (name: string): string => join(folder.path, name);
    const refused = async (...args: readonly string[]) => await refusal('diff', ...args);
    const [a, png] = [path('a.safetensors'), path('a.png')];
    const mixed = await refused(png, a);
    assert.equal(mixed.code, 2);
    assert.match(mixed.message, /a\.png: label map, .*: weights; they cannot be compared/);
    const missing = await refused(a, path('b.safetensors'));
    assert.equal(missing.code, 2);
    assert.match(missing.message, /b\.safetensors: no such file/);
    assert.equal((await refused(a, a, '--out', 'x.png')).code, 2);
    assert.equal((await refused(a, a, '--tolerance', '-1')).code, 2);
    assert.equal((await refused(a, path('bad.npz'))).code, 3);
    const photo = await refused(png, path('photo.png'));
    assert.equal(photo.code, 3);
    assert.match(photo.message, /photo\.png: not a label map: it stores colours/);
  });
});
