import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { readSafetensors } from '../../src/io/safetensors.js';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

/** Bytes of a file in `fixtures/`. */
export function fixture(path: string): Uint8Array {
  return readFileSync(new URL(path, FIXTURES));
}

/** One case of `fixtures/ops/NAME.safetensors`. */
export interface GoldenCase {
  readonly name: string;
  /** Options of the op. */
  readonly attrs: object;
  /** Allowed error, relative to the largest expected value of a tensor. */
  readonly tolerance: number;
  /** Program that computed the case. */
  readonly authority: string;
  /** Tensor of the case, if present: `input0`, `output`, `grad_output`, `grad_input0`, … */
  tensor(name: string): NamedArray | undefined;
}

/** All golden cases of an op. Fails if there are none or a tensor belongs to no case. */
export function goldenCases(op: string): GoldenCase[] {
  const path = `ops/${op}.safetensors`;
  const { arrays, metadata } = readSafetensors(fixture(path), path);
  const listed = JSON.parse(metadata.get('cases') ?? '[]') as Omit<GoldenCase, 'tensor'>[];
  assert(listed.length > 0, `${path} has no case`);
  const names = new Set(listed.map(({ name }) => name));
  for (const key of arrays.keys()) {
    assert(names.has(key.slice(0, key.lastIndexOf('/'))), `${path}: ${key} belongs to no case`);
  }
  return listed.map((entry) => ({
    ...entry,
    tensor: (name) => arrays.get(`${entry.name}/${name}`),
  }));
}
