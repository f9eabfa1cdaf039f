import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FcnError, ParseError } from '../../../src/core/errors.js';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { openCaffeNetwork } from '../../../src/formats/caffe/open.js';
import { optimizerStateOf } from '../../../src/formats/caffe/solver.js';
import { writeCaffeModel } from '../../../src/formats/caffe/write-model.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { printTextFormat } from '../../../src/io/caffe/print-text.js';
import { readCaffeModel, readNetText, readSolverState } from '../../../src/io/caffe/read-files.js';
import { reference32 } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { fixture } from '../../support/fixtures.js';
import { readNpz } from '../../support/npz.js';

const PATH = (file: string): string =>
  fileURLToPath(new URL(`../../../fixtures/caffe/${file}`, import.meta.url));
const maker = { backend: reference32, rng: null };
const open = () =>
  openCaffeNetwork({
    prototxt: PATH('tiny.prototxt'),
    weights: PATH('tiny.caffemodel'),
    maker,
    state: { phase: 'TRAIN' },
  });

describe('a small network that Caffe trained', () => {
  const expected = readNpz(PATH('tiny.npz'));
  const keyOf = (name: string): string => name.replace(/\.weight$/, '.0').replace(/\.bias$/, '.1');

  it('is opened from its files, bit by bit', () => {
    const { network, report } = open();
    assert.deepEqual(report?.missing, []);
    for (const [name, { data }] of network.parameters()) {
      assertSameBits(name, data, expected.get(keyOf(name))?.data ?? []);
    }
  });

  it('is not opened if its weights have another digest', () => {
    const paths = { prototxt: PATH('tiny.prototxt'), weights: PATH('tiny.caffemodel'), maker };
    const sha256 = createHash('sha256').update(fixture('caffe/tiny.caffemodel')).digest('hex');
    assert.deepEqual(openCaffeNetwork({ ...paths, sha256 }).report?.missing, []);
    assert.throws(() => openCaffeNetwork({ ...paths, sha256: '0'.repeat(64) }), /its SHA-256 is/);
  });

  it('goes on where its solver stood', () => {
    const net = open();
    const bytes = fixture('caffe/tiny.solverstate');
    const state = readSolverState(memorySource('tiny.solverstate', bytes));
    const { steps, arrays } = optimizerStateOf(state, net);
    assert.equal(steps, 5);
    for (const [name, { data }] of arrays) {
      const key = `history/${keyOf(name.replace('velocity/', ''))}`;
      assertSameBits(name, data, expected.get(key)?.data ?? []);
    }
  });

  it('is written and read back to the same layers and numbers', () => {
    const net = open();
    const bytes = Buffer.concat(writeCaffeModel(net));
    const again = readCaffeModel(memorySource('again', bytes));
    for (const [layer, blobs] of again.blobs) {
      blobs.forEach(({ numbers }, i) => {
        const key = `${layer}.${String(i)}`;
        assertSameBits(key, numbers.toFloats(), expected.get(key)?.data ?? []);
      });
    }
    const folder = mkdtempSync(join(tmpdir(), 'fcn-caffe-'));
    try {
      const text = join(folder, 'net.prototxt');
      const weights = join(folder, 'net.caffemodel');
      writeFileSync(text, printTextFormat(net.definition));
      writeFileSync(weights, bytes);
      const back = openCaffeNetwork({ prototxt: text, weights, maker, state: { phase: 'TRAIN' } });
      assert.deepEqual(back.report?.ignored, []);
      assert.equal(printTextFormat(back.definition), printTextFormat(net.definition));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('hostile caffemodels', () => {
  const bytesOf = (...parts: readonly (number | string)[]): Uint8Array =>
    Uint8Array.from(
      parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)),
    );
  const nested = (depth: number): Uint8Array => {
    let inner = bytesOf();
    for (let i = 0; i < depth; i++) inner = bytesOf(0x7b, ...inner, 0x7c); // groups in groups
    return inner;
  };
  const files: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    'a length of 2 GiB': [
      bytesOf(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07),
      /2147483647 bytes long, 0 are left/,
    ],
    'a length of 2⁶⁴ − 1': [bytesOf(0x0a, ...Array<number>(9).fill(0xff), 1), /bytes long/],
    'a varint of eleven bytes': [bytesOf(...Array<number>(11).fill(0xff)), /more than 64 bits/],
    'a varint that ends early': [bytesOf(0x28, 0x80), /ends early/],
    'field number 0': [bytesOf(0x00, 0x00), /no such field number/],
    'wire type 6': [bytesOf(0x7e, 0x00), /wire type 6/],
    'a group that ends without a start': [bytesOf(0x0c), /wire type 4/],
    'groups 100 deep': [nested(100), /more than 64 deep/],
    'text that is not UTF-8': [bytesOf(0x0a, 2, 0xff, 0xfe), /not UTF-8/],
    'a message longer than the one around it': [
      bytesOf(0xa2, 0x06, 2, 0x0a, 0x50, ...Array<number>(80).fill(65)),
      /80 bytes long, 0 are left/,
    ],
    'seven bytes of floats': [
      bytesOf(0xa2, 0x06, 11, 0x3a, 9, 0x2a, 7, 0, 0, 0, 0, 0, 0, 0),
      /no whole count of floats/,
    ],
    'a shape of 2⁶² numbers': [
      bytesOf(0xa2, 0x06, 15, 0x3a, 13, 0x3a, 11, 0x0a, 9, ...Array<number>(8).fill(0x80), 0x40),
      /but 0 numbers/,
    ],
    'a million empty messages': [
      Uint8Array.from({ length: 900_000 }, (_, i) => [0xa2, 0x06, 0][i % 3]),
      /too many messages/,
    ],
    'layers of two formats': [bytesOf(0x12, 0, 0xa2, 0x06, 0), /two formats/],
  };
  for (const [what, [bytes, reason]] of Object.entries(files)) {
    it(`with ${what} are refused`, () => {
      assert.throws(
        () => readCaffeModel(memorySource('hostile', bytes)),
        (error) => error instanceof ParseError && reason.test(error.message),
      );
    });
  }
});

describe('hostile descriptions', () => {
  const LAYER =
    'input: "x" input_shape { dim: [1, 3, 8, 8] } layer { name: "l" bottom: "x" top: "y" ';
  const texts: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a layer of no known type': ['type: "Telepathy" }', /layer l has type Telepathy/],
    'a kernel of 0': ['type: "Convolution" convolution_param { num_output: 1 } }', /window|kernel/],
    'a stride of 0': ['type: "Pooling" pooling_param { kernel_size: 2 stride: 0 } }', /stride/],
    'four thousand million filters': [
      'type: "Convolution" convolution_param { num_output: 4294967295 kernel_size: 3 } }',
      /a parameter of \d+ numbers/,
    ],
    'an output as large as the world': [
      'type: "Deconvolution" convolution_param { num_output: 1 kernel_size: 1 stride: 1000000 } }',
      /would write/,
    ],
    'a bottom from the future': [
      'type: "ReLU" } layer { name: "m" type: "ReLU" bottom: "z" top: "z" }',
      /m reads z, which nothing writes/,
    ],
    'the same layer twice': [
      'type: "ReLU" } layer { name: "l" type: "ReLU" bottom: "y" }',
      /two layers l/,
    ],
  };
  for (const [what, [text, reason]] of Object.entries(texts)) {
    it(`with ${what} are refused`, () => {
      assert.throws(
        () => buildCaffeNetwork(readNetText(Buffer.from(LAYER + text), 'hostile'), { maker }),
        (error) => error instanceof FcnError && reason.test(error.message),
      );
    });
  }
});
