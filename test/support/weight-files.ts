import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { NamedArrays } from '../../src/core/named-arrays.js';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { fixture } from './fixtures.js';

const FOLDER = new URL('../../fixtures/weights/', import.meta.url);

/** Names of the files of `fixtures/weights/` with the suffix. Fails if there are none. */
export function weightFiles(ending: string): readonly string[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(ending));
  assert(files.length > 0, `no ${ending} in fixtures/weights`);
  return files.sort();
}

/** A file of `fixtures/weights/`. */
export function weightSource(name: string): ByteSource {
  return memorySource(fixture(`weights/${name}`), name);
}

/** Expected contents of the file. */
export function expectedWeights(name: string): NamedArrays {
  const path = `weights/expected/${name}.safetensors`;
  return readSafetensors(fixture(path), path).arrays;
}

/** Fails unless names, order, shapes and bits are equal; any NaN equals any NaN. */
export function assertSameArrays(actual: NamedArrays, expected: NamedArrays): void {
  assert.deepEqual([...actual.keys()], [...expected.keys()]);
  for (const [name, { shape, data }] of expected) {
    const array = actual.get(name);
    assert.deepEqual(array?.shape, shape, name);
    assert.deepEqual(array.data, data, name);
  }
}

/** Tries one reader on damaged files and checks the accepted ones. */
export function assertRefused(file: string, read: (source: ByteSource) => unknown): void {
  assert.throws(() => read(memorySource(fixture(`bad/${file}`), file)), { name: 'ParseError' });
}
