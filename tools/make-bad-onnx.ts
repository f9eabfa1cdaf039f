/**
 * Writes the ONNX files of fixtures/bad/, each named after its defect.
 *
 *     npx tsx tools/make-bad-onnx.ts
 *
 * `onnx-parse-*` are not ONNX files; `onnx-graph-*` are ONNX files without a valid network.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ProtobufWriter } from '../src/io/protobuf-writer.js';

type Fill = (writer: ProtobufWriter) => void;

function message(fill: Fill): ProtobufWriter {
  const writer = new ProtobufWriter();
  fill(writer);
  return writer;
}

/** A model of opset 13 with this graph; the input is x `[1, 2, 4, 4]`, the output y. */
function model(graph: Fill): Uint8Array {
  const value = (name: string) =>
    message((info) => {
      info.text(1, name);
    });
  return message((file) => {
    file.int(1, 8);
    file.message(
      8,
      message((opset) => opset.int(2, 13)),
    );
    file.message(
      7,
      message((inner) => {
        graph(inner);
        inner.message(11, value('x'));
        inner.message(12, value('y'));
      }),
    );
  }).toBytes();
}

function node(op: string, inputs: readonly string[], output: string, attributes: Fill = () => 0) {
  return message((writer) => {
    for (const input of inputs) writer.text(1, input);
    writer.text(2, output);
    writer.text(4, op);
    attributes(writer);
  });
}

function ints(name: string, values: readonly number[]): Fill {
  return (writer) => {
    const attribute = message((inner) => {
      inner.text(1, name);
      for (const value of values) inner.int(8, value);
      inner.int(20, 7);
    });
    writer.message(5, attribute);
  };
}

/** A graph of one node. */
function single(op: string, inputs: readonly string[], attributes?: Fill): Uint8Array {
  return model((graph) => graph.message(1, node(op, inputs, 'y', attributes)));
}

/** A graph with one initialiser. */
function initialiser(fill: Fill): Uint8Array {
  return model((graph) => graph.message(5, message(fill)));
}

const whole = readFileSync('fixtures/onnx/fcn-narrow-12.onnx');

const FILES: Readonly<Record<string, Uint8Array>> = {
  'parse-empty': new Uint8Array(0),
  'parse-truncated': whole.subarray(0, 30_000),
  'parse-no-graph': message((file) => file.int(1, 8)).toBytes(),
  'parse-varint-without-end': new Uint8Array(16).fill(0xff),
  'parse-length-past-end': Uint8Array.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
  'parse-second-graph': Buffer.concat([whole, single('Relu', ['x'])]),
  'parse-external-data': initialiser((tensor) => {
    tensor.int(1, 2);
    tensor.int(2, 1);
    tensor.int(14, 1);
    const entry = message((pair) => {
      pair.text(1, 'location');
      pair.text(2, '../../../etc/passwd');
    });
    tensor.message(13, entry);
  }),
  'parse-dims-overflow': initialiser((tensor) => {
    for (let i = 0; i < 4; i++) tensor.int(1, 2 ** 30);
    tensor.int(2, 1);
  }),
  'parse-negative-dim': initialiser((tensor) => {
    tensor.int(1, -4);
    tensor.int(2, 1);
  }),
  'parse-too-few-numbers': initialiser((tensor) => {
    tensor.int(1, 1000);
    tensor.int(2, 1);
    tensor.bytes(9, new Uint8Array(8));
  }),
  'parse-type-of-texts': initialiser((tensor) => {
    tensor.int(1, 0);
    tensor.int(2, 8);
  }),
  'parse-name-not-utf8': model((graph) => graph.bytes(2, Uint8Array.from([0xc3, 0x28]))),
  'parse-sparse-initialiser': model((graph) => graph.bytes(15, new Uint8Array(0))),
  'graph-cycle': model((graph) => {
    graph.message(1, node('Add', ['x', 'z'], 'y'));
    graph.message(1, node('Relu', ['y'], 'z'));
  }),
  'graph-missing-input': single('Relu', ['nothing']),
  'graph-unknown-operator': single('Loop', ['x']),
  'graph-kernel-0': single('MaxPool', ['x'], ints('kernel_shape', [0, 0])),
  'graph-stride-0': single('MaxPool', ['x'], (writer) => {
    ints('kernel_shape', [1, 1])(writer);
    ints('strides', [0, 0])(writer);
  }),
  'graph-huge-pads': single('MaxPool', ['x'], (writer) => {
    ints('kernel_shape', [1, 1])(writer);
    ints('pads', [2 ** 31, 2 ** 31, 2 ** 31, 2 ** 31])(writer);
  }),
  'graph-no-nodes': model(() => 0),
};

for (const [name, bytes] of Object.entries(FILES)) {
  writeFileSync(`fixtures/bad/onnx-${name}.onnx`, bytes);
}
