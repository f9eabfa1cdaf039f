import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, appendFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOfFloats } from '../../src/core/digest.js';
import { FcnError, ParseError } from '../../src/core/errors.js';
import type { NamedArrays } from '../../src/core/named-arrays.js';
import { createRng } from '../../src/core/rng.js';
import { memorySource } from '../../src/io/byte-source.js';
import { openFileSource } from '../../src/io/file-source.js';
import { readSafetensors, writeSafetensors } from '../../src/io/safetensors.js';
import { openSafetensors } from '../../src/io/stored-safetensors.js';
import { SEED } from '../support/arbitraries.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';

const TEXTS = new Map([['k', 'v']]);

/** Arrays of none, one, an odd number and more numbers than are looked at together. */
function someArrays(): NamedArrays {
  const rng = createRng(SEED);
  return new Map(
    [0, 1, 7, 300_001].map((length) => [
      `a${String(length)}`,
      { shape: [length], data: Float32Array.from({ length }, () => rng.normal()) },
    ]),
  );
}

describe('stored safetensors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fcn-stored-'));
  after(() => rmSync(folder, { recursive: true }));

  const put = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  for (const dtype of ['F32', 'F16'] as const) {
    it(`has the numbers of the whole file, also in parts: ${dtype}`, () => {
      const file = writeSafetensors(someArrays(), TEXTS, { dtype });
      const expected = readSafetensors(file, 'x');
      const source = openFileSource(put(`${dtype}.safetensors`, file));
      const { arrays, metadata } = openSafetensors(source);
      assert.deepEqual(metadata, expected.metadata);
      assert.deepEqual([...arrays.keys()], [...expected.arrays.keys()]);
      for (const [name, { shape, data }] of expected.arrays) {
        const stored = arrays.get(name);
        assert.deepEqual(stored?.shape, shape);
        assert.deepEqual(stored.data, data);
        assert.equal(stored.digest, digestOfFloats(data));
        const part = new Float32Array(Math.floor(data.length / 3));
        stored.read(data.length - part.length, part);
        assert.deepEqual(part, data.subarray(data.length - part.length));
      }
      source.close();
      assert.throws(() => arrays.get('a1')?.data, /closed/);
    });
  }

  it('reads directly into kernel memory, shared or not', () => {
    const file = writeSafetensors(someArrays(), TEXTS, { dtype: 'F32' });
    const stored = openSafetensors(openFileSource(put('kernels.safetensors', file))).arrays.get(
      'a7',
    );
    for (const shared of [false, true]) {
      const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared });
      const target = new Float32Array(buffer, 64, 7);
      stored?.read(0, target);
      assert.deepEqual(Float32Array.from(target), someArrays().get('a7')?.data);
    }
  });

  it('detects infinite numbers and NaN', () => {
    const values = [0, -0, 3.4e38, 1e-45, Infinity, -Infinity, NaN];
    const arrays = new Map(
      values.flatMap((value) =>
        [0, 1, 2].map((at) => {
          const data = new Float32Array(3);
          data[at] = value;
          return [
            `${String(value)} ${String(at)} ${String(Object.is(value, -0))}`,
            { shape: [3], data },
          ];
        }),
      ),
    );
    const file = writeSafetensors(arrays, TEXTS, { dtype: 'F32' });
    for (const [name, stored] of openSafetensors(memorySource(file, 'x')).arrays) {
      assert.equal(stored.finite, arrays.get(name)?.data.every(Number.isFinite), name);
    }
  });

  it('checks the SHA-256 of all bytes', () => {
    for (const dtype of ['F32', 'F16'] as const) {
      const file = writeSafetensors(someArrays(), TEXTS, { dtype });
      const sha256 = createHash('sha256').update(file).digest('hex');
      openSafetensors(memorySource(file, 'x'), sha256.toUpperCase());
      for (const at of [20, file.length - 1]) {
        const damaged = file.slice();
        damaged[at] ^= 1;
        assert.throws(() => openSafetensors(memorySource(damaged, 'x'), sha256), FcnError);
      }
    }
  });

  for (const file of badFiles('safetensors-')) {
    it(`rejects ${file}`, () => {
      const source = openFileSource(put(file, fixture(`bad/${file}`)));
      assert.throws(() => openSafetensors(source), ParseError);
      source.close();
    });
  }

  it('keeps reading a replaced file, and rejects a changed one', () => {
    const file = writeSafetensors(someArrays(), TEXTS, { dtype: 'F32' });
    const path = put('changed.safetensors', file);
    const { arrays } = openSafetensors(openFileSource(path));
    renameSync(put('other.safetensors', file.slice(0, 100)), path);
    assert.deepEqual(arrays.get('a7')?.data, someArrays().get('a7')?.data);

    const { arrays: again } = openSafetensors(openFileSource(put('changed.safetensors', file)));
    appendFileSync(path, 'x');
    assert.throws(() => again.get('a7')?.data, /changed while in use/);
  });

  it('rejects a folder or missing file', () => {
    assert.throws(() => openFileSource(join(folder, 'none')), /ENOENT/);
    assert.throws(() => openFileSource(folder), /not a file/);
  });
});
