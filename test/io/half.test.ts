import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromHalf, toHalf, widenBfloat16, widenHalf } from '../../src/io/half.js';
import { SEED } from '../support/arbitraries.js';

/** The number a half stands for, by the definition of the format. */
function byDefinition(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe('half precision', () => {
  it('widens all 65536 halves exactly', () => {
    for (let bits = 0; bits < 65536; bits++) {
      assert(Object.is(fromHalf(bits), byDefinition(bits)), `bits ${String(bits)}`);
    }
  });

  it('round-trips the bits of every half', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = byDefinition(bits);
      if (!Number.isNaN(value)) assert.equal(toHalf(value), bits);
    }
    assert.equal(toHalf(NaN), 0x7e00);
  });

  it('rounds halfway cases to even and everything else to the nearer neighbour', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const low = byDefinition(bits);
      const middle = (low + byDefinition(bits + 1)) / 2; // exact in float32
      const even = bits % 2 === 0 ? bits : bits + 1;
      const step = Math.max(middle * 2 ** -23, 2 ** -149);
      assert.equal(toHalf(middle), even);
      assert.equal(toHalf(-middle), even | 0x8000);
      assert.equal(toHalf(middle - step), bits);
      assert.equal(toHalf(middle + step), bits + 1);
    }
  });

  it('overflows to infinity from 65520 on', () => {
    assert.equal(toHalf(65519.996), 0x7bff);
    assert.equal(toHalf(65520), 0x7c00);
    assert.equal(toHalf(-1e30), 0xfc00);
  });

  it('has an error of at most half a step', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (value) => {
        const step = Math.max(Math.abs(value) * 2 ** -10, 2 ** -24);
        assert(Math.abs(fromHalf(toHalf(value)) - value) <= step / 2);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('widens arrays', () => {
    assert.deepEqual([...widenHalf(Uint16Array.of(0x3c00, 0xc000))], [1, -2]);
    assert.deepEqual([...widenBfloat16(Uint16Array.of(0x3f80, 0xc000, 0x7f80))], [1, -2, Infinity]);
  });
});
