import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { FcnError } from '../../src/core/errors.js';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import { readHashed } from '../../src/io/hashed-source.js';
import { SEED } from '../support/arbitraries.js';

const BYTES = Uint8Array.from({ length: 3_000_001 }, (_, i) => (i * 7 + (i >> 9)) & 255);
const SHA256 = sha256Of(BYTES);
const access = fc.record({
  way: fc.constantFrom('view', 'copy'),
  start: fc.nat(BYTES.length),
  length: fc.nat(1_500_000),
});

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The same source, that counts what is read of it. */
function counting(source: ByteSource): ByteSource & { readonly bytes: () => number } {
  let bytes = 0;
  return {
    ...source,
    view(start, end) {
      bytes += end - start;
      return source.view(start, end);
    },
    copy(start, target) {
      bytes += target.length;
      source.copy(start, target);
    },
    bytes: () => bytes,
  };
}

describe('readHashed', () => {
  it('computes the digest of all bytes for any order of reading', () => {
    fc.assert(
      fc.property(fc.array(access, { maxLength: 6 }), (accesses) => {
        readHashed(memorySource(BYTES, 'x'), SHA256.toUpperCase(), (source) => {
          for (const { way, start, length } of accesses) {
            const end = Math.min(start + length, BYTES.length);
            const copied = new Uint8Array(end - start);
            if (way === 'copy') source.copy(start, copied);
            const bytes = way === 'copy' ? copied : source.view(start, end);
            assert.equal(Buffer.compare(bytes, BYTES.subarray(start, end)), 0);
          }
        });
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('reads every byte once if it is read in order, also by views', () => {
    const counted = counting(memorySource(BYTES, 'x'));
    readHashed(counted, SHA256, (source) => {
      source.view(0, 100);
      source.copy(100, new Uint8Array(2_000_000));
      source.copy(2_000_500, new Uint8Array(500_000));
    });
    assert.equal(counted.bytes(), BYTES.length);
  });

  it('reads a byte again only if it was read before', () => {
    const counted = counting(memorySource(BYTES, 'x'));
    readHashed(counted, SHA256, (source) => {
      source.view(0, 1000);
      source.view(900, 1100);
      source.copy(1000, new Uint8Array(2_000_000));
    });
    assert.equal(counted.bytes(), BYTES.length + 200);
  });

  it('rejects changed bytes, even if they were not read', () => {
    const changed = Uint8Array.from(BYTES);
    changed[changed.length - 1] ^= 1;
    assert.throws(
      () => {
        readHashed(memorySource(changed, 'weights.bin'), SHA256, (source) => {
          source.copy(0, new Uint8Array(10));
        });
      },
      (error) =>
        error instanceof FcnError &&
        error.message ===
          `weights.bin: wrong SHA-256 (got ${sha256Of(changed)}, expected ${SHA256})`,
    );
  });

  it('accepts an empty source, and a missing digest', () => {
    const empty = memorySource(new Uint8Array(0), 'x');
    assert.equal(
      readHashed(empty, sha256Of(new Uint8Array(0)), () => 1),
      1,
    );
    assert.equal(
      readHashed(empty, undefined, (source) => source),
      empty,
    );
  });
});
