import assert from 'node:assert/strict';
import { closestName, didYouMean, editDistance } from '../../src/core/closest-name.js';

describe('editDistance', () => {
  it('counts insertions, deletions, substitutions and swaps', () => {
    assert.equal(editDistance('', ''), 0);
    assert.equal(editDistance('fcn8s', 'fcn8s'), 0);
    assert.equal(editDistance('fcn8s', 'fcn16s'), 2);
    assert.equal(editDistance('fnc8s', 'fcn8s'), 1);
    assert.equal(editDistance('voc', ''), 3);
    assert.equal(editDistance('kitten', 'sitting'), 3);
  });

  it('is symmetric', () => {
    for (const [a, b] of [
      ['voc-fcn8s', 'voc-fcn-8s'],
      ['ab', 'ba'],
      ['abc', 'cab'],
    ]) {
      assert.equal(editDistance(a, b), editDistance(b, a));
    }
  });
});

describe('closestName', () => {
  const names = ['voc-fcn8s', 'voc-fcn16s', 'voc-fcn32s', 'nyud-fcn32s-color'];

  it('finds a misspelt name, in any case', () => {
    assert.equal(closestName('voc-fcn8', names), 'voc-fcn8s');
    assert.equal(closestName('VOC_FCN32S', names), 'voc-fcn32s');
    assert.equal(closestName('nyud-fcn32-colour', names), 'nyud-fcn32s-color');
  });

  it('returns null if no name is close', () => {
    assert.equal(closestName('resnet', names), null);
    assert.equal(closestName('', names), null);
    assert.equal(closestName('x'.repeat(1e6), names), null);
  });

  it('returns a hint for messages', () => {
    assert.equal(didYouMean('voc-fnc8s', names), '; did you mean voc-fcn8s?');
    assert.equal(didYouMean('resnet', names), '');
  });
});
