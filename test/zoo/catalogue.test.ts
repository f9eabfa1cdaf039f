import assert from 'node:assert/strict';
import { ZOO, zooEntry } from '../../src/zoo/catalogue.js';
import { parameterCount } from '../support/published-nets.js';

const DIGITS = { md5: 32, sha1: 40, sha256: 64 };

describe('the zoo', () => {
  it('lists every published file once', () => {
    assert.equal(ZOO.length, 33);
    for (const key of ['name', 'file'] as const) {
      assert.equal(new Set(ZOO.map((entry) => entry[key])).size, ZOO.length);
    }
  });

  it('has valid digests, addresses and names', () => {
    for (const { name, file, url, checksum } of ZOO) {
      assert.match(name, /^[a-z0-9][a-z0-9-]+$/);
      assert.match(file, /^[\w.-]+$/);
      if (url !== null) assert(url.startsWith('http') && url.endsWith(`/${file}`), url);
      if (checksum)
        assert.match(checksum.hex, new RegExp(`^[0-9a-f]{${String(DIGITS[checksum.algorithm])}}$`));
    }
  });

  it('names files of torchvision by their digests', () => {
    for (const { name, file, checksum } of ZOO) {
      if (!name.startsWith('torchvision')) continue;
      assert(checksum && file.endsWith(`-${checksum.hex.slice(0, 8)}.pth`));
    }
  });

  it('has a class for each score of the published networks', () => {
    const classes = (name: string): number[] =>
      Object.values(zooEntry(name).outputs).map((set) => set.classes.length);
    assert.deepEqual(classes('voc-fcn8s'), [21]);
    assert.deepEqual(classes('pascalcontext-fcn8s'), [60]);
    assert.deepEqual(classes('siftflow-fcn8s'), [33, 3]);
    assert.deepEqual(classes('nyud-fcn32s-hha'), [40]);
    assert.deepEqual(classes('torchvision-fcn-resnet50'), [21, 21]);
  });

  it('states the parameter counts of the networks', () => {
    for (const name of [
      'voc-fcn32s',
      'voc-fcn16s',
      'voc-fcn8s',
      'voc-fcn8s-atonce',
      'voc-fcn-alexnet',
    ]) {
      assert.equal(zooEntry(name).parameters, parameterCount(name), name);
    }
  });

  it('lists the fields that were not checked at their source', () => {
    const doubted = (field: 'url' | 'licence'): string[] => {
      const entries = ZOO.filter(({ unverified = [] }) => unverified.includes(field));
      return [...new Set(entries.map(({ name }) => name.split('-')[0]))];
    };
    assert.deepEqual(doubted('url'), ['onnx']);
    assert.deepEqual(doubted('licence'), ['matconvnet', 'torchvision', 'onnx']);
  });

  it('suggests a name for a misspelt one, and for the name of a file', () => {
    assert.throws(() => zooEntry('fcn8s-heavy-pascal'), /did you mean voc-fcn8s\?/);
    assert.throws(() => zooEntry('voc-fnc8s'), /weights have this name; did you mean voc-fcn8s\?/);
    assert.throws(
      () => zooEntry('unet'),
      /unet: no published weights have this name; fcn models lists all/,
    );
  });
});
