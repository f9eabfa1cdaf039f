import assert from 'node:assert/strict';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { readNetText } from '../../../src/io/caffe/read-files.js';

const DRY = { backend: null, rng: null };

describe('inputs of Caffe networks', () => {
  it('may have no shapes, as in the caffemodel of a deployed network', () => {
    const text = 'input: "x" layer { name: "s" type: "Sigmoid" bottom: "x" top: "y" }';
    const net = readNetText(Buffer.from(text), 'open');
    const shape = [1, 2, 3, 4];
    const { shapes } = buildCaffeNetwork(net, { maker: DRY, inputShapes: new Map([['x', shape]]) });
    assert.deepEqual(shapes.get('y'), shape);
    assert.throws(
      () => buildCaffeNetwork(net, { maker: DRY }),
      /\(Input\): wrong number of shapes \(got 0 for 1 tops\)/,
    );
  });

  it('are refused if only some have shapes', () => {
    const text = 'input: "x" input: "y" input_dim: [1, 1, 1, 1]';
    assert.throws(
      () => readNetText(Buffer.from(text), 'half'),
      /wrong number of input shapes \(got 1, expected 2\)/,
    );
  });
});
