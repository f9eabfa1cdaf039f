/**
 * Writes the damaged Caffe files of fixtures/bad/, each named after its defect.
 *
 *     npx tsx tools/make-bad-caffe.ts
 *
 * `caffemodel-*` are not protobuf messages, or not messages of a network; `prototxt-*` cannot be parsed, or do not
 * describe a valid network.
 */
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

/** Concatenates bytes, texts, and a given number of zeros. */
function bytesOf(...parts: readonly (number | string)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)),
  );
}

/** Nested protobuf groups. */
function nested(depth: number): Uint8Array {
  let inner = bytesOf();
  for (let i = 0; i < depth; i++) inner = bytesOf(0x7b, ...inner, 0x7c);
  return inner;
}

function repeated(count: number, byte: number): number[] {
  return Array<number>(count).fill(byte);
}

const CAFFEMODELS: Readonly<Record<string, Uint8Array>> = {
  'length-of-2-gigabytes': bytesOf(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07),
  'length-of-2-to-64': bytesOf(0x0a, ...repeated(9, 0xff), 1),
  'varint-of-eleven-bytes': bytesOf(...repeated(11, 0xff)),
  'varint-without-end': bytesOf(0x28, 0x80),
  'field-0': bytesOf(0x00, 0x00),
  'wire-type-6': bytesOf(0x7e, 0x00),
  'group-end-without-start': bytesOf(0x0c),
  'groups-100-deep': nested(100),
  'text-not-utf8': bytesOf(0x0a, 2, 0xff, 0xfe),
  'message-past-the-one-around': bytesOf(0xa2, 0x06, 2, 0x0a, 0x50, ...repeated(80, 65)),
  'seven-bytes-of-floats': bytesOf(0xa2, 0x06, 11, 0x3a, 9, 0x2a, 7, ...repeated(7, 0)),
  'shape-of-2-to-62': bytesOf(
    0xa2,
    0x06,
    15,
    0x3a,
    13,
    0x3a,
    11,
    0x0a,
    9,
    ...repeated(8, 0x80),
    0x40,
  ),
  'negative-extent': bytesOf(
    ...[0xa2, 0x06, 16, 0x3a, 14, 0x3a, 12, 0x0a, 10],
    ...[...repeated(9, 0xff), 1],
  ),
  'layers-of-two-formats': bytesOf(0x12, 0, 0xa2, 0x06, 0),
  'not-protobuf-but-deflated': deflateSync(bytesOf(...repeated(1000, 7))),
};

/** An input and the start of a layer that reads it. */
const LAYER =
  'input: "x" input_shape { dim: [1, 3, 8, 8] } layer { name: "l" bottom: "x" top: "y" ';

const PROTOTXTS: Readonly<Record<string, string>> = {
  'unknown-type': `${LAYER} type: "Telepathy" }`,
  'kernel-0': `${LAYER} type: "Convolution" convolution_param { num_output: 1 } }`,
  'stride-0': `${LAYER} type: "Pooling" pooling_param { kernel_size: 2 stride: 0 } }`,
  'pad-of-2-to-31': `${LAYER} type: "Convolution" convolution_param { num_output: 1 kernel_size: 3 pad: 2147483648 } }`,
  'filters-without-number': `${LAYER} type: "Convolution" convolution_param { num_output: 4294967295 kernel_size: 3 } }`,
  'output-as-large-as-the-world': `${LAYER} type: "Deconvolution" convolution_param { num_output: 1 kernel_size: 1 stride: 1000000 } }`,
  'bottom-from-the-future': `${LAYER} type: "ReLU" } layer { name: "m" type: "ReLU" bottom: "z" top: "z" }`,
  'two-layers-that-feed-each-other':
    'layer { name: "a" type: "ReLU" bottom: "q" top: "p" } layer { name: "b" type: "ReLU" bottom: "p" top: "q" }',
  'same-layer-twice': `${LAYER} type: "ReLU" } layer { name: "l" type: "ReLU" bottom: "y" }`,
  'input-of-2-to-60':
    'input: "x" input_shape { dim: [1, 3, 1073741824, 1073741824] } layer { name: "r" type: "ReLU" bottom: "x" top: "x" }',
  'messages-10000-deep': 'layer { '.repeat(10_000),
  'text-without-end': `name: "${'\\\\'.repeat(50_000)}`,
  'number-of-100000-digits': `input_dim: ${'1'.repeat(100_000)}`,
  'field-of-a-prototype': '__proto__ { name: "x" } constructor: "y"',
  'not-utf8': 'name: "\u00ff"',
};

for (const [name, bytes] of Object.entries(CAFFEMODELS)) {
  writeFileSync(`fixtures/bad/caffemodel-${name}.caffemodel`, bytes);
}
for (const [name, text] of Object.entries(PROTOTXTS)) {
  const encoding = name === 'not-utf8' ? 'latin1' : 'utf8';
  writeFileSync(`fixtures/bad/prototxt-${name}.prototxt`, Buffer.from(text, encoding));
}
