import assert from 'node:assert/strict';
import { readMatConvNet } from '../../src/formats/matconvnet.js';
import { readNyudLabels, readSbdLabels, readSiftFlowLabels } from '../../src/formats/label-maps.js';
import { memorySource } from '../../src/io/byte-source.js';
import { readMat5 } from '../../src/io/mat5.js';
import { fixture } from '../support/fixtures.js';
import { assertSameArrays, expectedWeights, weightSource } from '../support/weight-files.js';

describe('MatConvNet', () => {
  for (const file of ['dagnn.mat', 'simplenn.mat']) {
    it(`lays out the filters of ${file} as Caffe does`, () => {
      const { arrays } = readMatConvNet(readMat5(weightSource(file)), file);
      assertSameArrays(arrays, expectedWeights(file));
    });
  }

  it("copies the numbers out of the file's memory", () => {
    const bytes = Uint8Array.from(fixture('weights/simplenn.mat'));
    const { arrays } = readMatConvNet(readMat5(memorySource(bytes, 'x')), 'x');
    bytes.fill(0);
    assertSameArrays(arrays, expectedWeights('simplenn.mat'));
  });

  it('describes layers, the average colour and parameters without a layer', () => {
    const network = readMatConvNet(readMat5(weightSource('dagnn.mat')), 'x');
    assert.deepEqual(network.averageColour, [122.5, 116.25, 104]);
    assert.deepEqual(network.notes, ['no layer uses stray']);
    const [conv, relu, , upscore] = network.layers;
    assert.deepEqual(conv, {
      name: 'conv1_1',
      type: 'dagnn.Conv',
      inputs: ['data'],
      outputs: ['conv1_1'],
      params: ['conv1_1_filter', 'conv1_1_bias'],
      settings: new Map([
        ['size', [3, 2, 3, 4]],
        ['pad', [100, 100, 100, 100]],
        ['stride', [1, 1]],
      ]),
    });
    assert.deepEqual(relu.params, []);
    assert.deepEqual(upscore.settings.get('crop'), [1, 1, 1, 1]);
  });

  it('refuses a file without a network', () => {
    const variables = readMat5(weightSource('sift-labels.mat'));
    assert.throws(
      () => readMatConvNet(variables, 'x'),
      /not a MatConvNet network \(got variables S, names/,
    );
  });
});

describe('label maps in MAT-files', () => {
  it('are shifted in eight bits, so that void is 255', () => {
    const [sbd, nyud, sift] = ['sbd', 'nyud', 'sift'].map((name) =>
      weightSource(`${name}-labels.mat`),
    );
    const extent = { height: 2, width: 3 };
    assert.deepEqual(readSbdLabels(sbd), { ...extent, data: Uint8Array.of(0, 1, 2, 3, 40, 255) });
    assert.deepEqual(readNyudLabels(nyud), {
      ...extent,
      data: Uint8Array.of(255, 0, 1, 2, 39, 254),
    });
    assert.deepEqual(readSiftFlowLabels(sift), {
      ...extent,
      data: Uint8Array.of(255, 255, 0, 1, 2, 32),
    });
    assert.throws(() => readSbdLabels(nyud), /no label map of this data set/);
  });
});
