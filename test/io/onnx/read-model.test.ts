import assert from 'node:assert/strict';
import { ParseError } from '../../../src/core/errors.js';
import type { OnnxModel, OnnxTensor } from '../../../src/io/onnx/model.js';
import { readOnnx } from '../../../src/io/onnx/read-model.js';
import { readTensorFile } from '../../../src/io/onnx/read-tensor.js';
import { ProtobufWriter } from '../../../src/io/protobuf-writer.js';
import { badFiles } from '../../support/corpus.js';
import { fixture } from '../../support/fixtures.js';
import { bytesOf, floats, int64s, ints, modelOf, nodeOf } from '../../support/onnx-model.js';

/** One of everything that is written. */
const FULL: OnnxModel = modelOf({
  inputs: { x: [1, 'channels', null], open: null },
  initializers: [floats('w', [2, 2], [1, -0.5, 3e-40, NaN]), int64s('shape', 1, -1, 4)],
  nodes: [
    nodeOf('Reshape', ['x', 'shape'], 'r', { pads: ints(0, -2) }),
    nodeOf('Test', ['r', '', 'w'], 'y', {
      alpha: { kind: 'float', value: 0.25 },
      mode: { kind: 'text', value: 'linear' },
      names: { kind: 'texts', value: ['a', 'b'] },
      scales: { kind: 'floats', value: [1, 2.5] },
      count: { kind: 'int', value: -7 },
      value: { kind: 'tensor', value: floats('', [1], [9]) },
    }),
  ],
});

/** A TensorProto field by field. */
function tensorFile(fill: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  fill(writer);
  return writer.toBytes();
}

function withTensor(tensor: Uint8Array): Uint8Array {
  const graph = new ProtobufWriter();
  graph.bytes(5, tensor);
  const opset = new ProtobufWriter();
  opset.int(2, 13);
  const model = new ProtobufWriter();
  model.message(8, opset);
  model.message(7, graph);
  return model.toBytes();
}

function external(location: string, offset?: string): Uint8Array {
  return tensorFile((writer) => {
    writer.ints(1, [2]);
    writer.int(2, 1);
    writer.text(8, 'w');
    for (const [key, value] of [
      ['location', location],
      ...(offset === undefined ? [] : [['offset', offset]]),
    ]) {
      const entry = new ProtobufWriter();
      entry.text(1, key);
      entry.text(2, value);
      writer.message(13, entry);
    }
    writer.int(14, 1);
  });
}

describe('readOnnx', () => {
  it('round-trips a model', () => {
    const bytes = bytesOf(FULL);
    assert.deepEqual(readOnnx(bytes), FULL);
  });

  it('reads numbers of every type, raw and typed, packed and one by one', () => {
    const typed = (type: number, field: number, values: number[]): OnnxTensor =>
      readTensorFile(
        tensorFile((writer) => {
          writer.int(1, values.length);
          writer.int(2, type);
          if (field === 4) writer.floats(4, Float32Array.from(values));
          else if (field === 10) writer.doubles(10, Float64Array.from(values));
          else for (const value of values) writer.int(field, value);
        }),
      );
    assert.deepEqual([...typed(1, 4, [1.5, -2]).data], [1.5, -2]);
    assert.deepEqual([...typed(7, 7, [1, -3]).data], [1, -3]);
    assert.deepEqual([...typed(6, 5, [-1, 3]).data], [-1, 3]);
    assert.deepEqual([...typed(9, 5, [0, 1]).data], [0, 1]);
    assert.deepEqual([...typed(10, 5, [0x3c00, 0xc000]).data], [1, -2]);
    assert.deepEqual([...typed(11, 10, [0.1]).data], [0.1]);
    assert.deepEqual([...typed(13, 11, [5]).data], [5]);
    assert.deepEqual([...typed(16, 5, [0x3f80]).data], [1]);
    const raw = (type: number, bytes: number[]): number[] =>
      Array.from(
        readTensorFile(
          tensorFile((writer) => {
            writer.int(1, 1);
            writer.int(2, type);
            writer.bytes(9, Uint8Array.from(bytes));
          }),
        ).data,
      );
    assert.deepEqual(raw(2, [200]), [200]);
    assert.deepEqual(raw(3, [200]), [-56]);
    assert.deepEqual(raw(5, [0xff, 0xff]), [-1]);
    assert.deepEqual(raw(7, [0xfe, 255, 255, 255, 255, 255, 255, 255]), [-2]);
    assert.deepEqual(raw(10, [0, 0x3c]), [1]);
    assert.deepEqual(raw(1, [0, 0, 0x80, 0x3f]), [1]);
  });

  it('reads external data by name only, if it is given', () => {
    const data = new Uint8Array(Float32Array.of(7, 8, 9).buffer);
    const given = new Map([['weights.bin', data]]);
    const read = (file: Uint8Array) =>
      readOnnx(withTensor(file), 'x', { external: given }).graph.initializers.get('w')?.data;
    assert.deepEqual([...(read(external('weights.bin', '4')) ?? [])], [8, 9]);
    assert.throws(() => read(external('weights.bin')), ParseError);
    assert.throws(() => read(external('weights.bin', '8')), ParseError);
    assert.throws(() => read(external('weights.bin', '-4')), ParseError);
    assert.throws(
      () => readOnnx(withTensor(external('weights.bin', '4'))),
      /missing from the external data/,
    );
    for (const location of ['../../etc/passwd', '/etc/passwd', 'a/../b', '__proto__']) {
      assert.throws(() => read(external(location, '0')), ParseError);
    }
  });

  for (const file of badFiles('onnx-parse-')) {
    it(`rejects ${file}`, () => {
      assert.throws(() => readOnnx(fixture(`bad/${file}`)), ParseError);
    });
  }

  it('rejects a million nodes before reading them all', () => {
    const node = Uint8Array.from([0x0a, 0x02, 0x22, 0x00]); // a node whose operator has no name
    const graph = new Uint8Array(4 * 1_000_000);
    for (let at = 0; at < graph.length; at += 4) graph.set(node, at);
    const model = new ProtobufWriter();
    model.bytes(7, graph);
    const began = process.cpuUsage();
    assert.throws(() => readOnnx(model.toBytes()), /too many nodes \(expected at most 50000\)/);
    assert.ok(process.cpuUsage(began).user < 2e6);
  });
});
