import assert from 'node:assert/strict';
import { DOUBLED_BIAS_RATE, factorsOf, matchesName } from '../../src/optim/parameter-rule.js';

describe('matchesName', () => {
  it('matches any characters with a star, and other characters exactly', () => {
    assert.ok(matchesName('*', 'conv1.weight'));
    assert.ok(matchesName('conv1.weight', 'conv1.weight'));
    assert.ok(matchesName('*.bias', 'fire2/squeeze1x1.bias'));
    assert.ok(matchesName('fire*/expand*.weight', 'fire2/expand1x1.weight'));
    assert.ok(!matchesName('*.bias', 'conv1xbias'));
    assert.ok(!matchesName('conv1', 'conv1.weight'));
    assert.ok(!matchesName('aba*aba', 'ababa')); // head and tail must not overlap
    assert.ok(!matchesName('a*b*b', 'ab'));
  });

  it('matches the empty string with a star', () => {
    assert.ok(matchesName('conv*', 'conv'));
    assert.ok(matchesName('*conv', 'conv'));
    assert.ok(matchesName('co*nv', 'conv'));
    assert.ok(matchesName('c*o*nv', 'conv'));
    assert.ok(matchesName('*', ''));
  });
});

describe('factorsOf', () => {
  it('multiplies the factors of all matching rules', () => {
    const rules = [DOUBLED_BIAS_RATE, { match: 'conv*', rate: 0.25 }];
    assert.deepEqual(factorsOf('conv1.bias', rules), { rate: 0.5, decay: 0 });
    assert.deepEqual(factorsOf('conv1.weight', rules), { rate: 0.25, decay: 1 });
    assert.deepEqual(factorsOf('score.weight', rules), { rate: 1, decay: 1 });
  });
});
