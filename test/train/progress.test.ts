import assert from 'node:assert/strict';
import { createProgress, showDuration } from '../../src/train/progress.js';

/** Shows ten steps, `msPerStep` apart, and returns what is written. */
function show(isTTY: boolean, msPerStep: number, start = 0): string[] {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY, write: (text: string) => written.push(text) };
  const progress = createProgress(stream, { label: '8s', total: 10, now: () => time });
  for (let iteration = start + 1; iteration <= 10; iteration++) {
    time += msPerStep;
    progress.step({ iteration, loss: 0.5, rate: 0.001 });
  }
  progress.end();
  return written;
}

describe('createProgress', () => {
  it('overwrites one line on a terminal, and ends it', () => {
    const written = show(true, 1000);
    assert.equal(written.length, 11);
    assert.equal(written[0], '\r8s  1/10  loss 0.5000  rate 1.00e-3  0:09 left\u001b[K');
    assert.equal(written[10], '\n');
  });

  it('writes plain lines elsewhere, every 30 seconds', () => {
    const written = show(false, 10_000);
    assert.deepEqual(
      written.map((line) => /8s {2}(\d+)\/10 .*\n$/.exec(line)?.[1]),
      ['1', '4', '7', '10'],
    );
  });

  it('estimates the remaining time from the steps of this run only', () => {
    assert.match(show(false, 60_000, 7)[0], /8\/10 .* 2:00 left/);
  });
});

describe('showDuration', () => {
  it('shows hours only from one hour on', () => {
    assert.deepEqual([0, 59_499, 61_000, 3_600_000, 45_296_000].map(showDuration), [
      '0:00',
      '0:59',
      '1:01',
      '1:00:00',
      '12:34:56',
    ]);
  });
});
