import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { depthInput, pictureInput } from '../../src/data/make-input.js';
import { readContextLabels } from '../../src/formats/label-maps.js';
import { memorySource } from '../../src/io/byte-source.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { NYUD_DEPTH } from '../../src/zoo/preprocessing.js';

/** Written by tools/make-zoo-goldens.py; the reader of the library has no bytes, so it is read here. */
function readGolden(): (name: string) => { shape: number[]; bytes: Uint8Array } {
  const file = readFileSync(new URL('../../fixtures/zoo/inputs.safetensors', import.meta.url));
  const length = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.subarray(8, 8 + length).toString()) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  return (name) => {
    const { shape, data_offsets: offsets } = header[name];
    const [start, end] = offsets.map((offset) => 8 + length + offset);
    return { shape, bytes: Uint8Array.from(file.subarray(start, end)) };
  };
}

describe('inputs of published networks', () => {
  const golden = readGolden();
  const floats = (name: string): Float32Array => new Float32Array(golden(name).bytes.buffer);
  const picture = (name: string): { width: number; height: number; data: Uint8Array } => {
    const { shape, bytes: data } = golden(name);
    return { width: shape[1], height: shape[0], data };
  };

  const caffe = [
    ['voc-fcn8s', 'voc'],
    ['pascalcontext-fcn8s', 'context'],
    ['siftflow-fcn16s', 'sift'],
    ['nyud-fcn32s-color', 'nyud'],
    ['nyud-fcn32s-hha', 'hha'],
  ] as const;
  for (const [entry, name] of caffe) {
    it(`${entry} has the input bits that NumPy computes`, () => {
      const input = pictureInput(picture('picture'), zooEntry(entry).preprocessing);
      assert.deepEqual([input.height, input.width], [16, 16]);
      assert.deepEqual(input.data, floats(name));
    });
  }

  it('has the bits of torchvision normalisation', () => {
    const { preprocessing } = zooEntry('torchvision-fcn-resnet50');
    const preset = { ...preprocessing, shortSide: 16 };
    assert.deepEqual(pictureInput(picture('picture'), preset).data, floats('picture_normalised'));
  });

  it('resizes the shorter side to 520 like torchvision, within one level of Pillow', () => {
    const { preprocessing } = zooEntry('torchvision-fcn-resnet50');
    const { data, width, height } = pictureInput(picture('small'), preprocessing);
    assert.deepEqual([height, width], [520, Math.floor((520 * 17) / 13)]);
    const expected = floats('normalised');
    const [, rows, columns] = golden('normalised').shape;
    assert.deepEqual([rows, columns], [40, Math.ceil(width / 13)]);
    let largest = 0;
    expected.forEach((value, i) => {
      const [c, y, x] = [
        Math.floor(i / (rows * columns)),
        Math.floor(i / columns) % rows,
        i % columns,
      ];
      const ours = data[(c * height + 13 * y) * width + 13 * x];
      largest = Math.max(largest, Math.abs(ours - value) * 255 * [0.229, 0.224, 0.225][c]);
    });
    assert.ok(largest <= 1.001, `${String(largest)} levels`);
  });

  it('computes the logarithm of depth with the bits of NumPy', () => {
    const { shape } = golden('depth');
    const depth = { height: shape[0], width: shape[1], data: floats('depth') };
    const input = depthInput(depth, NYUD_DEPTH);
    assert.deepEqual([input.height, input.width], shape);
    assert.deepEqual(input.data, floats('log_depth'));
  });

  it('rejects values without a logarithm, wrong pixel counts and other inputs', () => {
    const depth = { width: 2, height: 2, data: Uint16Array.of(1, 2, 0, 4) };
    assert.throws(
      () => depthInput(depth, NYUD_DEPTH),
      /^FcnError: depth: no logarithm of 0 \(column 0, row 1\)/,
    );
    assert.throws(() => depthInput({ ...depth, width: 3 }, NYUD_DEPTH), ShapeError);
    assert.throws(() => depthInput(depth, zooEntry('voc-fcn8s').preprocessing), FcnError);
    const both = zooEntry('nyud-fcn32s-color-hha').preprocessing;
    assert.throws(
      () => pictureInput(picture('picture'), both),
      /got three channels, expected photo and hha/,
    );
    const stored = zooEntry('matconvnet-fcn8s').preprocessing;
    assert.throws(() => pictureInput(picture('picture'), stored), /stored in the weights file/);
  });
});

describe('labels of PASCAL-Context', () => {
  it('keep 59 of 459 names', () => {
    const path = new URL('../../fixtures/zoo/context-labels.mat', import.meta.url);
    const { data, width, height } = readContextLabels(memorySource(readFileSync(path), 'labels'));
    assert.deepEqual([height, width], [20, 23]);
    const { classes } = zooEntry('pascalcontext-fcn8s').outputs['score'];
    const numberOf = (name: string): number => data.indexOf(classes.indexOf(name));
    // the file holds 0 … 459 in order, so that a pixel's place is its number in the long list
    const numbers = ['aeroplane', 'diningtable', 'bag', 'bedcloth', 'clothes', 'wood'].map(
      numberOf,
    );
    assert.deepEqual(numbers, [2, 397, 9, 19, 80, 458]);
    assert.equal(new Set(data).size, 60);
    assert.equal(data.filter((label) => label > 0).length, 59);
  });
});
