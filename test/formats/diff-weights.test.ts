import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { diffWeights } from '../../src/formats/diff-weights.js';
import { openWeights } from '../../src/formats/open-weights.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { openStoredArrays } from '../../src/formats/stored-arrays.js';
import { writeNpz } from '../../src/io/npz.js';
import { writeSafetensors } from '../../src/io/safetensors.js';
import { scratchFolder } from '../cli/run-cli.js';
import { narrowCaffeModel } from '../support/narrow-caffemodel.js';
import { weightFiles } from '../support/weight-files.js';

describe('diffWeights', () => {
  const folder = scratchFolder();
  const store = async (name: string, content: Uint8Array | Uint8Array[]): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, content instanceof Uint8Array ? content : Buffer.concat(content));
    return path;
  };
  const storeArrays = async (name: string, arrays: Map<string, NamedArray>): Promise<string> =>
    await store(name, writeSafetensors(arrays, new Map(), { dtype: 'F32' }));

  it('finds no difference between formats', async () => {
    const model = await store('a.caffemodel', narrowCaffeModel('voc-fcn16s'));
    for (const format of ['safetensors', 'npz', 'pth', 'caffemodel']) {
      const path = join(folder.path, `b.${format}`);
      await saveWeights(path, openWeights(model));
      const { arrays, first } = diffWeights(model, path);
      assert.equal(first, null, format);
      assert.equal(arrays.length, openWeights(model).arrays.size);
      assert.ok(arrays.every(({ within, absolute }) => within && absolute === 0));
    }
  });

  it('matches arrays by their names in this library', async () => {
    const numbers = (start: number, length: number): Float32Array<ArrayBuffer> =>
      Float32Array.from({ length }, (_, i) => start + i);
    const ours = await storeArrays(
      'a.safetensors',
      new Map([
        ['conv1_1.weight', { shape: [2, 1, 1, 2], data: numbers(1, 4) }],
        ['conv1_1.bias', { shape: [2], data: numbers(5, 2) }],
      ]),
    );
    const chainer = await store(
      'b.npz',
      writeNpz(
        new Map([
          ['conv1_1/b', { shape: [2], data: numbers(5, 2) }],
          ['conv1_1/W', { shape: [2, 1, 1, 2], data: numbers(1, 4) }],
        ]),
      ),
    );
    const { kinds, arrays, first, notes } = diffWeights(ours, chainer);
    assert.deepEqual(kinds, ['safetensors', 'chainer']);
    assert.deepEqual(
      arrays.map(({ name }) => name),
      ['conv1_1.weight', 'conv1_1.bias'],
    );
    assert.equal(first, null);
    assert.match(notes[1][0], /^renamed: conv1_1\/b → conv1_1\.bias/);
  });

  it('measures differences, lists arrays of one side only and finds changes of layout', async () => {
    const weight = { shape: [2, 3, 1, 1], data: Float32Array.of(1, 2, 3, 4, 5, 8) };
    const swapped = { shape: [3, 2, 1, 1], data: Float32Array.of(1, 4, 2, 5, 3, 8) };
    const bias = { shape: [2], data: Float32Array.of(1, -4) };
    const other = { shape: [2], data: Float32Array.of(1 + 2 ** -23, -4.5) };
    const a = await storeArrays(
      'a.safetensors',
      new Map([...Object.entries({ bias, weight, gone: bias })]),
    );
    const b = await storeArrays(
      'b.safetensors',
      new Map([...Object.entries({ added: bias, weight: swapped, bias: other })]),
    );
    const { arrays, counts, first } = diffWeights(a, b);
    assert.equal(first, 'bias');
    assert.deepEqual(counts, {
      ...{ equal: 0, within: 0, different: 1, otherLayout: 1 },
      ...{ onlyInA: 1, onlyInB: 1 },
    });
    assert.deepEqual(arrays, [
      {
        ...{ name: 'bias', shapes: [[2], [2]], layout: '', reason: '', within: false },
        ...{ absolute: 0.5, relative: 0.125, ulps: 2 ** 20, at: 1 },
      },
      {
        ...{
          name: 'weight',
          shapes: [
            [2, 3, 1, 1],
            [3, 2, 1, 1],
          ],
          within: false,
        },
        ...{ absolute: Infinity, relative: Infinity, ulps: Infinity, at: 0 },
        reason: '[3, 2, 1, 1], expected [2, 3, 1, 1]',
        layout: 'equal after swapping axes 0 and 1',
      },
      {
        ...{ name: 'gone', shapes: [[2], null], layout: '', reason: 'only in A', within: false },
        ...{ absolute: Infinity, relative: Infinity, ulps: Infinity, at: 0 },
      },
      {
        ...{ name: 'added', shapes: [null, [2]], layout: '', reason: 'only in B', within: false },
        ...{ absolute: Infinity, relative: Infinity, ulps: Infinity, at: 0 },
      },
    ]);
    assert.equal(diffWeights(a, b, 0.125).first, 'weight');
  });

  it('compares blobs in their stored type, doubles as doubles', async () => {
    const blob = (value: number) => new Map([['fc', { shape: [1], data: Float64Array.of(value) }]]);
    const a = await store('a.npz', writeNpz(blob(1)));
    const b = await store('b.npz', writeNpz(blob(1 + 2 ** -40)));
    assert.equal(diffWeights(a, b).arrays[0].absolute, 2 ** -40);
    const big = new Map([['fc', { shape: [1], data: BigInt64Array.of(3n) }]]);
    assert.equal(diffWeights(a, await store('c.npz', writeNpz(big))).arrays[0].absolute, 2);
  });

  it('refuses a damaged file', async () => {
    const a = await store('a.caffemodel', narrowCaffeModel('voc-fcn16s'));
    const b = await store('b.npz', [Buffer.from('PK\x03\x04 and no more')]);
    assert.throws(() => diffWeights(a, b), { name: 'ParseError' });
    assert.throws(() => diffWeights(a, join(folder.path, 'none')), { name: 'FcnError' });
  });
});

describe('openStoredArrays', () => {
  for (const ending of ['.pth', '.npz', '.mat']) {
    for (const file of weightFiles(ending).filter((name) => !/labels|octave|scipy/.test(name))) {
      it(`reads ${file} array by array with the numbers of openWeights`, () => {
        const path = fileURLToPath(new URL(`../../fixtures/weights/${file}`, import.meta.url));
        const { arrays } = openWeights(path);
        using stored = openStoredArrays(path);
        assert.deepEqual([...stored.arrays.keys()], [...arrays.keys()]);
        for (const [name, { shape, data }] of [...arrays].reverse()) {
          const array = stored.arrays.get(name)?.();
          assert.deepEqual(array?.shape, shape);
          assert.deepEqual(Float32Array.from(array.data as Float32Array), data);
        }
      });
    }
  }
});
