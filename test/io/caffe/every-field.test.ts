import assert from 'node:assert/strict';
import { memorySource } from '../../../src/io/byte-source.js';
import { readBinary, writeBinary } from '../../../src/io/caffe/binary-format.js';
import { CaffeMessage, type FieldValue } from '../../../src/io/caffe/message.js';
import type { Field, MessageType } from '../../../src/io/caffe/message-type.js';
import { BlobNumbers } from '../../../src/io/caffe/blob-numbers.js';
import { printTextFormat } from '../../../src/io/caffe/print-text.js';
import { caffeType } from '../../../src/io/caffe/schema.js';
import { parseTextFormat } from '../../../src/io/caffe/text-format.js';
import { messageTree } from '../../support/message-tree.js';

/** What makes a value differ from that of any other field. */
let serial = 0;

/** A message with every field that its type has, lists with two values. */
function filled(type: MessageType): CaffeMessage {
  const message = new CaffeMessage(type);
  for (const field of type.byName.values()) {
    const { kind } = field.type;
    if (kind === 'floats' || kind === 'doubles') {
      const runs = new BlobNumbers(memorySource(new Uint8Array(0), ''), kind === 'floats' ? 4 : 8);
      for (const number of [++serial / 3, -0, Infinity, 1e-40]) runs.addNumber(number);
      message.setRuns(field.name, runs);
    } else message.add(field.name, ...(field.repeated ? [0, 1] : [0]).map(() => valueOf(field)));
  }
  return message;
}

function valueOf({ type }: Field): FieldValue {
  serial++;
  switch (type.kind) {
    case 'message':
      return filled(type.type);
    case 'int':
      return type.min < 0 ? -serial : serial;
    case 'float':
      return Math.fround(serial / 3);
    case 'double':
      return serial / 3;
    case 'bool':
      return serial % 2 === 0;
    case 'enum':
      return [...type.values.numbers.keys()][serial % type.values.numbers.size];
    case 'string':
    case 'floats':
    case 'doubles':
      return `text "${String(serial)}" \n\té`;
  }
}

describe('every field of Caffe’s messages', () => {
  for (const name of ['NetParameter', 'SolverParameter', 'SolverState']) {
    const type = caffeType(name);
    it(`of ${name} round-trips as text`, () => {
      const message = filled(type);
      const text = printTextFormat(message);
      assert.deepEqual(messageTree(parseTextFormat(text, type, name)), messageTree(message));
    });

    it(`of ${name} round-trips as binary`, () => {
      const message = filled(type);
      const skipped = new Set<string>();
      const again = readBinary(memorySource(writeBinary(message).toBytes(), name), type, skipped);
      assert.deepEqual(messageTree(again), messageTree(message));
      assert.deepEqual([...skipped], []);
    });
  }

  it('that is unknown is reported once, as is an unnamed value', () => {
    const bytes = Uint8Array.of(
      ...[0xc8, 0x3e, 1, 0xc8, 0x3e, 2], // NetParameter's field 1001, twice
      ...[0xa2, 0x06, 7, 0xca, 0x07, 4, 0x08, 9, 0x10, 2], // layer { pooling_param { pool: 9 kernel_size: 2 } }
    );
    const skipped = new Set<string>();
    const message = readBinary(memorySource(bytes, 'net'), caffeType('NetParameter'), skipped);
    assert.deepEqual([...skipped], ['NetParameter.1001', 'PoolingParameter.pool']);
    assert.deepEqual(messageTree(message), { layer: [{ pooling_param: [{ kernel_size: [2] }] }] });
  });
});
