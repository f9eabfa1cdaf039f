import assert from 'node:assert/strict';
import { checkRestarts } from '../../src/data/jpeg-scan.js';

/** Entropy-coded data: one byte, then a restart marker and a byte for each number. */
function scanData(...restarts: readonly number[]): Uint8Array {
  return Uint8Array.of(0x12, ...restarts.flatMap((number) => [0xff, 0xd0 + number, 0x12]));
}

function check(data: Uint8Array, units: number, interval: number): void {
  checkRestarts(data, units, interval, (reason, at) => {
    throw new Error(`${reason} at ${String(at)}`);
  });
}

describe('checkRestarts', () => {
  it('accepts one marker after every interval except the last', () => {
    check(scanData(), 4, 0);
    check(scanData(), 4, 4);
    check(scanData(0), 5, 4);
    check(scanData(0, 1, 2, 3, 4, 5, 6, 7, 0), 10, 1);
  });

  it('accepts a marker at the very end, which no data follows', () => {
    check(scanData(0, 1).subarray(0, -1), 2, 1);
  });

  it('skips stuffed bytes', () => check(Uint8Array.of(0xff, 0, 0xff, 0xd0, 0xff, 0), 2, 1));

  it('rejects missing, swapped and unexpected markers at their offset', () => {
    assert.throws(() => {
      check(scanData(0), 3, 1);
    }, /missing \(got 1, expected 2\) at 4/);
    assert.throws(() => {
      check(scanData(1, 0), 3, 1);
    }, /out of order \(got 1, expected 0\) at 1/);
    assert.throws(() => {
      check(scanData(0, 1), 2, 1);
    }, /unexpected restart marker \(expected 1 in the scan\) at 4/);
    assert.throws(() => {
      check(scanData(0), 4, 0);
    }, /unexpected restart marker \(expected 0 in the scan\) at 1/);
    assert.throws(() => {
      check(Uint8Array.of(0x12, 0xff, 0xd0), 4, 0);
    }, /unexpected restart marker/);
  });
});
