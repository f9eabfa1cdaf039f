import assert from 'node:assert/strict';
import { ByteReader } from '../../src/core/byte-reader.js';
import { ParseError } from '../../src/core/errors.js';

describe('ByteReader', () => {
  it('reads numbers in both byte orders', () => {
    const reader = new ByteReader(Uint8Array.of(7, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4), 'x');
    assert.equal(reader.u8(), 7);
    assert.equal(reader.u16be(), 0x0102);
    assert.equal(reader.u32be(), 0x01020304);
    assert.equal(reader.u32le(), 0x04030201);
    assert.equal(reader.remaining, 0);
  });

  it('reads eight bytes as one number', () => {
    const reader = new ByteReader(Uint8Array.of(5, 0, 0, 0, 1, 0, 0, 0), 'x');
    assert.equal(reader.u64le(), 4294967301);
  });

  it('throws at the end and keeps its offset', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3), 'x');
    for (const count of [4, -1, NaN, Infinity, 2 ** 53]) {
      assert.throws(() => reader.bytes(count), ParseError);
      assert.equal(reader.offset, 0);
    }
    assert.throws(() => reader.u32be(), { name: 'ParseError', source: 'x', offset: 0 });
    assert.equal(reader.u8(), 1);
  });

  it('copies on slice(), even from a Buffer', () => {
    const buffer = Buffer.from([1, 2, 3]);
    const copy = new ByteReader(buffer, 'x').bytes(2).slice();
    buffer[0] = 9;
    assert.deepEqual([...copy], [1, 2]);
  });
});
