import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { fixture } from './fixtures.js';

const IMAGES = new URL('../../fixtures/images/', import.meta.url);
const BAD = new URL('../../fixtures/bad/', import.meta.url);

/** Files of `fixtures/images/` whose names have the prefix. Fails if there are none. */
export function imageFiles(...prefixes: readonly string[]): readonly string[] {
  return filesOf(IMAGES, prefixes);
}

/** Files of `fixtures/bad/` whose names have the prefix. Fails if there are none. */
export function badFiles(...prefixes: readonly string[]): readonly string[] {
  return filesOf(BAD, prefixes);
}

/** Plain PNG with the expected pixels of a file of the corpus. */
export function expectedPng(file: string): Uint8Array {
  return fixture(`images/expected/${file.replaceAll('.', '-')}.png`);
}

function filesOf(folder: URL, prefixes: readonly string[]): readonly string[] {
  const files = readdirSync(folder)
    .filter((file) => prefixes.some((prefix) => file.startsWith(prefix)))
    .sort();
  assert(files.length > 0, `no files named ${prefixes.join(', ')}`);
  return files;
}
