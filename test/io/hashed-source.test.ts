import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { FcnError } from '../../src/core/errors.js';
import { memorySource } from '../../src/io/byte-source.js';
import { hashedSource } from '../../src/io/hashed-source.js';
import { SEED } from '../support/arbitraries.js';

const BYTES = Uint8Array.from({ length: 3_000_001 }, (_, i) => (i * 7 + (i >> 9)) & 255);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const place = fc.tuple(fc.nat(BYTES.length), fc.nat(1_500_000));

describe('hashedSource', () => {
  it('copies the bytes and knows their digest, whatever is copied and in which order', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 6 }), (places) => {
        const source = hashedSource(memorySource('x', BYTES), SHA256.toUpperCase());
        for (const [start, length] of places) {
          const target = new Uint8Array(Math.min(length, BYTES.length - start));
          source.copy(start, target);
          assert.equal(Buffer.compare(target, BYTES.subarray(start, start + target.length)), 0);
        }
        source.finish();
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('reads what is taken in order once, and views besides', () => {
    let copied = 0;
    const inner = memorySource('x', BYTES);
    const counting = {
      ...inner,
      copy: (start: number, target: Uint8Array) => {
        copied += target.length;
        inner.copy(start, target);
      },
    };
    const source = hashedSource(counting, SHA256);
    source.view(0, 100);
    source.copy(100, new Uint8Array(2_000_000));
    source.copy(2_000_500, new Uint8Array(500_000));
    source.finish();
    assert.equal(copied, BYTES.length);
  });

  it('refuses other bytes, even where nobody looked', () => {
    const changed = Uint8Array.from(BYTES);
    changed[changed.length - 1] ^= 1;
    const source = hashedSource(memorySource('weights.bin', changed), SHA256);
    source.copy(0, new Uint8Array(10));
    assert.throws(
      () => {
        source.finish();
      },
      (error) => error instanceof FcnError && error.message.includes('weights.bin: its SHA-256 is'),
    );
  });

  it('takes an empty file', () => {
    const none = createHash('sha256').digest('hex');
    hashedSource(memorySource('x', new Uint8Array(0)), none).finish();
  });
});
