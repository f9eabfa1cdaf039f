import assert from 'node:assert/strict';
import { ConfusionMatrix } from '../../src/metrics/confusion-matrix.js';
import {
  checkDemo,
  checkFile,
  checkParameters,
  checkScores,
  notChecked,
  verdictOf,
} from '../../src/verify/checks.js';
import { zooEntry } from '../../src/zoo/catalogue.js';

describe('checks of a verification', () => {
  const entry = zooEntry('voc-fcn8s');
  const states = (checks: readonly { state: string }[]): string[] =>
    checks.map(({ state }) => state);

  it('compare size and digest where they are published, and say where not', () => {
    const digest = entry.checksum?.hex ?? '';
    const found = { bytes: 5, sha256: '', published: digest };
    assert.deepEqual(states(checkFile(entry, found)), ['not checked', 'passed']);
    assert.deepEqual(states(checkFile(entry, { ...found, published: 'f' })), [
      'not checked',
      'failed',
    ]);
    const sized = zooEntry('torchvision-fcn-resnet50');
    assert.deepEqual(states(checkFile(sized, { ...found, bytes: 141_567_418 })), [
      'passed',
      'failed',
    ]);
    assert.deepEqual(states(checkFile(null, found)), ['not checked', 'not checked']);
  });

  it('compare counts of numbers', () => {
    assert.equal(checkParameters(entry, 134_489_759).state, 'passed');
    assert.equal(checkParameters(entry, 134_489_758).state, 'failed');
    assert.equal(checkParameters(null, 1).state, 'not checked');
  });

  it('let one pixel in a thousand tip over', () => {
    assert.equal(checkDemo(167, 167_000).state, 'passed');
    assert.equal(checkDemo(168, 167_000).state, 'failed');
  });

  it('compare scores to four decimals, on all 736 photos only', () => {
    // counts of two classes that give 91.2212 % of pixels, and other means than the published ones
    const matrix = new ConfusionMatrix(21);
    matrix.counts[0] = 912_212;
    matrix.counts[1] = 87_788;
    const [pixel, mean] = checkScores(entry, matrix.scores(), 736);
    assert.deepEqual(pixel, {
      name: 'pixel accuracy',
      state: 'passed',
      detail: 'published 91.2212, found 91.2212',
    });
    assert.equal(mean.state, 'failed');
    assert.deepEqual(states(checkScores(entry, matrix.scores(), 735)), ['not checked']);
    const unscored = zooEntry('pascalcontext-fcn8s');
    assert.deepEqual(states(checkScores(unscored, matrix.scores(), 736)), ['not checked']);
  });

  it('verify only if an output was compared and nothing differs', () => {
    const passed = checkDemo(0, 10);
    const failed = checkDemo(10, 10);
    assert.equal(verdictOf([notChecked('digest', ''), passed]), 'verified');
    assert.equal(verdictOf([passed, checkParameters(entry, 1)]), 'contradicted');
    assert.equal(verdictOf([checkParameters(entry, 134_489_759)]), 'outputs not compared');
    assert.equal(verdictOf([failed]), 'contradicted');
  });
});
