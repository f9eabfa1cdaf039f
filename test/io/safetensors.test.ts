import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import type { NamedArray, NamedArrays } from '../../src/core/named-arrays.js';
import { numel } from '../../src/core/shape.js';
import { readSafetensors, writeSafetensors } from '../../src/io/safetensors.js';
import { SEED } from '../support/arbitraries.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';

const NONE: ReadonlyMap<string, string> = new Map();

const array: fc.Arbitrary<NamedArray> = fc
  .array(fc.nat(4), { maxLength: 4 })
  .chain((shape) =>
    fc
      .float32Array({ minLength: numel(shape), maxLength: numel(shape) })
      .map((data) => ({ shape, data })),
  );
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '7', '', '"', 'conv1_1.weight'),
);
const arrays: fc.Arbitrary<NamedArrays> = fc
  .uniqueArray(fc.tuple(name, array), { selector: ([key]) => key, maxLength: 5 })
  .map((entries) => new Map(entries.filter(([key]) => key !== '__metadata__')));

function bitsOf(values: NamedArrays): Map<string, unknown> {
  return new Map(
    Array.from(values, ([key, { shape, data }]) => [
      key,
      { shape: [...shape], bytes: Buffer.from(data.slice().buffer).toString('hex') },
    ]),
  );
}

function fileOf(header: unknown, data: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

describe('safetensors', () => {
  it('round-trips every name, shape, bit and text', () => {
    fc.assert(
      fc.property(arrays, fc.dictionary(name, fc.string()), (given, texts) => {
        const metadata = new Map(Object.entries(texts));
        const file = writeSafetensors(given, metadata, { dtype: 'F32' });
        const read = readSafetensors(file, 'x');
        assert.deepEqual(bitsOf(read.arrays), bitsOf(given));
        assert.deepEqual(read.metadata, metadata);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('starts the data at a multiple of eight bytes', () => {
    for (const key of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const given = new Map([[key, { shape: [1], data: Float32Array.of(1) }]]);
      const file = writeSafetensors(given, NONE, { dtype: 'F32' });
      assert.equal(file.length % 8, 4);
    }
  });

  it('reads F16 and BF16 as float32', () => {
    const header = {
      half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      brain: { dtype: 'BF16', shape: [], data_offsets: [4, 6] },
    };
    const data = new Uint8Array(Uint16Array.of(0x3c00, 0x0001, 0x4049).buffer);
    const { arrays: read } = readSafetensors(fileOf(header, data), 'x');
    assert.deepEqual(read.get('half')?.data, Float32Array.of(1, 2 ** -24));
    assert.deepEqual(read.get('brain')?.data, Float32Array.of(3.140625));
  });

  it('orders arrays by their offsets, not by the header', () => {
    const entry = (at: number): object => ({
      dtype: 'F32',
      shape: [1],
      data_offsets: [at, at + 4],
    });
    const file = fileOf({ 2: entry(8), b: entry(0), 1: entry(4) }, new Uint8Array(12));
    assert.deepEqual([...readSafetensors(file, 'x').arrays.keys()], ['b', '1', '2']);
  });

  it('treats __proto__ as an ordinary name', () => {
    const file = Buffer.from(
      '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__":{"__proto__":"x"}}',
    );
    const length = Buffer.alloc(8);
    length.writeUInt32LE(file.length);
    const read = readSafetensors(Buffer.concat([length, file, Buffer.alloc(4)]), 'x');
    assert.deepEqual([...read.arrays.keys()], ['__proto__']);
    assert.equal(read.metadata.get('__proto__'), 'x');
    assert.equal(({} as Record<string, unknown>)['dtype'], undefined);
  });

  it('does not share memory with the file', () => {
    const given = new Map([['a', { shape: [1], data: Float32Array.of(3) }]]);
    const file = Buffer.from(writeSafetensors(given, NONE, { dtype: 'F32' }));
    const read = readSafetensors(file, 'x').arrays.get('a');
    file.fill(0xff);
    assert.deepEqual(read?.data, Float32Array.of(3));
  });

  it('rounds F16 to the nearest even half, and rejects numbers that are too large', () => {
    const write = (value: number): Uint8Array =>
      writeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(value) }]]), NONE, {
        dtype: 'F16',
      });
    const through = (value: number): number | undefined =>
      readSafetensors(write(value), 'x').arrays.get('a')?.data[0];
    assert.equal(through(1 + 2 ** -11), 1);
    assert.equal(through(1 + 3 * 2 ** -11), 1 + 2 ** -9);
    assert.equal(through(-Infinity), -Infinity);
    assert.equal(through(65519), 65504);
    assert.throws(() => write(65520), FcnError);
    assert.throws(() => write(-1e38), /-1e\+38|-9\.9+e\+37|"a": number too large for F16/);
  });

  it('rejects writing an array that does not fill its shape, or a reserved name', () => {
    const short = new Map([['a', { shape: [2], data: Float32Array.of(1) }]]);
    assert.throws(() => writeSafetensors(short, NONE, { dtype: 'F32' }), ShapeError);
    const reserved = new Map([['__metadata__', { shape: [], data: Float32Array.of(1) }]]);
    assert.throws(() => writeSafetensors(reserved, NONE, { dtype: 'F32' }), FcnError);
  });

  const damaged = badFiles('safetensors-');
  it('tests at least 30 damaged files', () => assert(damaged.length >= 30));
  for (const file of damaged) {
    it(`rejects ${file}`, () => {
      assert.throws(() => readSafetensors(fixture(`bad/${file}`), file), {
        name: 'ParseError',
        source: file,
      });
    });
  }

  it('rejects deep and wide headers before parsing them', () => {
    for (const value of ['['.repeat(9) + ']'.repeat(9), `[${'[],'.repeat(300_000)}[]]`]) {
      const header = Buffer.from(`{"a":${value}}`);
      const length = Buffer.alloc(8);
      length.writeUInt32LE(header.length);
      const file = Buffer.concat([length, header]);
      assert.throws(() => readSafetensors(file, 'lists'), /nests too deep or has too many values/);
    }
  });

  it('states the reason for each rejection', () => {
    const reasons: [string, RegExp][] = [
      ['hole', /"b" leaves a hole/],
      ['overlap', /"b" overlaps/],
      ['trailing-bytes', /8 bytes belong to no tensor/],
      ['duplicate-tensor-escaped', /duplicate key "a"/],
      ['dtype-i64', /dtype I64 \(expected one of F32, F16, BF16\)/],
      ['overflowing-shape', /does not fill its 16 bytes/],
      ['header-over-100-mb', /100000001 bytes/],
    ];
    for (const [file, reason] of reasons) {
      const bytes = fixture(`bad/safetensors-${file}.safetensors`);
      assert.throws(() => readSafetensors(bytes, file), reason);
    }
  });
});
