import assert from 'node:assert/strict';
import { FcnError, ParseError } from '../../../src/core/errors.js';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { readCaffeModel, readNetText } from '../../../src/io/caffe/read-files.js';
import { reference32 } from '../../support/backends.js';
import { badFiles } from '../../support/corpus.js';
import { fixture } from '../../support/fixtures.js';

/** Limit on the processor time for one file, in milliseconds. */
const MOST_MILLISECONDS = 1000;

/** Expected message for each `bad/caffemodel-*`. */
const CAFFEMODELS: Readonly<Record<string, RegExp>> = {
  'length-of-2-gigabytes': /got 2147483647 bytes, expected at most 0/,
  'length-of-2-to-64': /length exceeds the message/,
  'varint-of-eleven-bytes': /varint exceeds 64 bits/,
  'varint-without-end': /ends early/,
  'field-0': /invalid field number/,
  'wire-type-6': /wire type 6/,
  'group-end-without-start': /wrong wire type \(got 4,/,
  'groups-100-deep': /messages nest too deep/,
  'text-not-utf8': /not UTF-8/,
  'message-past-the-one-around': /got 80 bytes, expected at most 0/,
  'seven-bytes-of-floats': /incomplete floats/,
  'shape-of-2-to-62': /wrong number count \(got 0 for shape/,
  'negative-extent': /shape \[-1\]/,
  'layers-of-two-formats': /two formats/,
  'not-protobuf-but-deflated': /./,
};

/** Expected message for each `bad/prototxt-*`. */
const PROTOTXTS: Readonly<Record<string, RegExp>> = {
  'unknown-type': /layer l \(Telepathy\): this type is unsupported/,
  'kernel-0': /window|kernel/,
  'stride-0': /stride/,
  'pad-of-2-to-31': /is too large/,
  'filters-without-number': /parameter is too large \(got \d+ numbers, at most 2\^30\)/,
  'output-as-large-as-the-world': /is too large/,
  'bottom-from-the-future': /layer m: bottom z is no top of a layer before it/,
  'two-layers-that-feed-each-other': /layer a: bottom q is no top of a layer before it/,
  'same-layer-twice': /two layers have the name l/,
  'input-of-2-to-60': /layer r: top \S+ is too large/,
  'messages-10000-deep': /LayerParameter has no field layer/,
  'text-without-end': /text|quote|string|end/i,
  'number-of-100000-digits': /./,
  'field-of-a-prototype': /no field __proto__/,
  'not-utf8': /not UTF-8/,
};

/** Checks that every bad file of a kind is refused at once, by an error of this class with the expected message. */
function checkRefusals(
  kind: string,
  reasons: Readonly<Record<string, RegExp>>,
  { read, error }: { readonly read: (bytes: Uint8Array) => unknown; readonly error: string },
): void {
  const files = badFiles(`${kind}-`);
  const named = Object.keys(reasons).map((name) => `${kind}-${name}.${kind}`);
  it('have one expected message each', () => {
    assert.deepEqual(named.sort(), files);
  });
  for (const [name, reason] of Object.entries(reasons)) {
    it(`are refused: ${name}`, () => {
      const bytes = fixture(`bad/${kind}-${name}.${kind}`);
      const began = process.cpuUsage();
      assert.throws(
        () => read(bytes),
        (thrown) =>
          thrown instanceof FcnError &&
          classOf(thrown).includes(error) &&
          reason.test(thrown.message),
      );
      const { user, system } = process.cpuUsage(began);
      assert.ok((user + system) / 1e3 < MOST_MILLISECONDS);
    });
  }
}

/** Names of an error's class and its base classes. */
function classOf(error: FcnError): readonly string[] {
  return error instanceof ParseError
    ? [error.name, 'ParseError', 'FcnError']
    : [error.name, 'FcnError'];
}

describe('hostile caffemodels', () => {
  checkRefusals('caffemodel', CAFFEMODELS, {
    read: (bytes) => readCaffeModel(memorySource(bytes, 'hostile')),
    error: 'ParseError',
  });

  it('with 300,000 messages are refused', () => {
    const bytes = Uint8Array.from({ length: 900_000 }, (_, i) => [0xa2, 0x06, 0][i % 3]);
    assert.throws(
      () => readCaffeModel(memorySource(bytes, 'hostile')),
      /too many messages|more than 50000 values of layer/,
    );
  });
});

describe('hostile descriptions', () => {
  checkRefusals('prototxt', PROTOTXTS, {
    read: (bytes) =>
      buildCaffeNetwork(readNetText(bytes, 'hostile'), {
        maker: { backend: reference32, rng: null },
      }),
    error: 'FcnError',
  });

  it('with a hundred thousand layers are refused', () => {
    const text = `input: "x" input_dim: [1, 1, 1, 1] ${'layer { type: "Split" } '.repeat(100_000)}`;
    assert.throws(() => readNetText(Buffer.from(text), 'x'), {
      name: 'ParseError',
      message: /more than 50000 values of layer/,
    });
  });
});
