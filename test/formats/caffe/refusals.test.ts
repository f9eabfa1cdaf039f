import assert from 'node:assert/strict';
import { FcnError, ParseError } from '../../../src/core/errors.js';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { readCaffeModel, readNetText } from '../../../src/io/caffe/read-files.js';
import { reference32 } from '../../support/backends.js';
import { badFiles } from '../../support/corpus.js';
import { fixture } from '../../support/fixtures.js';

/** No file may take longer, in milliseconds of the processor. */
const MOST_MILLISECONDS = 1000;

/** What the message has to say of each `bad/caffemodel-*`. */
const CAFFEMODELS: Readonly<Record<string, RegExp>> = {
  'length-of-2-gigabytes': /2147483647 bytes long, 0 are left/,
  'length-of-2-to-64': /bytes long/,
  'varint-of-eleven-bytes': /more than 64 bits/,
  'varint-without-end': /ends early/,
  'field-0': /no such field number/,
  'wire-type-6': /wire type 6/,
  'group-end-without-start': /wire type 4/,
  'groups-100-deep': /more than 64 deep/,
  'text-not-utf8': /not UTF-8/,
  'message-past-the-one-around': /80 bytes long, 0 are left/,
  'seven-bytes-of-floats': /no whole count of floats/,
  'shape-of-2-to-62': /but 0 numbers/,
  'negative-extent': /shape \[-1\]/,
  'layers-of-two-formats': /two formats/,
  'not-protobuf-but-deflated': /./,
};

/** And of each `bad/prototxt-*`. */
const PROTOTXTS: Readonly<Record<string, RegExp>> = {
  'unknown-type': /layer l has type Telepathy/,
  'kernel-0': /window|kernel/,
  'stride-0': /stride/,
  'pad-of-2-to-31': /would write/,
  'filters-without-number': /a parameter of \d+ numbers/,
  'output-as-large-as-the-world': /would write/,
  'bottom-from-the-future': /m reads z, which nothing writes/,
  'two-layers-that-feed-each-other': /a reads q, which nothing writes/,
  'same-layer-twice': /two layers l/,
  'input-of-2-to-60': /r would write/,
  'messages-10000-deep': /LayerParameter has no field layer/,
  'text-without-end': /text|quote|string|end/i,
  'number-of-100000-digits': /./,
  'field-of-a-prototype': /no field __proto__/,
  'not-utf8': /not UTF-8/,
};

/** Each file of a kind must be refused by an error of a class, for its reason, at once. */
function checkRefusals(
  kind: string,
  reasons: Readonly<Record<string, RegExp>>,
  { read, error }: { readonly read: (bytes: Uint8Array) => unknown; readonly error: string },
): void {
  const files = badFiles(`${kind}-`);
  const named = Object.keys(reasons).map((name) => `${kind}-${name}.${kind}`);
  it('have a reason each', () => {
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

/** Names of an error's class and of those it is one of. */
function classOf(error: FcnError): readonly string[] {
  return error instanceof ParseError
    ? [error.name, 'ParseError', 'FcnError']
    : [error.name, 'FcnError'];
}

describe('hostile caffemodels', () => {
  checkRefusals('caffemodel', CAFFEMODELS, {
    read: (bytes) => readCaffeModel(memorySource('hostile', bytes)),
    error: 'ParseError',
  });

  it('of 300,000 messages are refused', () => {
    const bytes = Uint8Array.from({ length: 900_000 }, (_, i) => [0xa2, 0x06, 0][i % 3]);
    assert.throws(
      () => readCaffeModel(memorySource('hostile', bytes)),
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

  it('of a hundred thousand layers are refused', () => {
    const text = `input: "x" input_dim: [1, 1, 1, 1] ${'layer { type: "Split" } '.repeat(100_000)}`;
    assert.throws(() => readNetText(Buffer.from(text), 'x'), {
      name: 'ParseError',
      message: /more than 50000 values of layer/,
    });
  });
});
