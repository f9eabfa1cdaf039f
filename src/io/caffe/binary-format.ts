import type { ByteSource } from '../byte-source.js';
import { ProtobufReader, WIRE_TYPE } from '../protobuf.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import { CaffeMessage, type FieldValue } from './message.js';
import type { Field, MessageType, ScalarKind } from './message-type.js';
import { BlobNumbers } from './blob-numbers.js';

/** Limit of messages: each needs far more memory than its two bytes in a file. */
const MAX_MESSAGES = 200_000;

/** Extents of a shape: the only packed field except those of blobs. */
const PACKED_FIELD = 'dim';

/** State of reading a file. */
interface Reading {
  readonly source: ByteSource;
  readonly reader: ProtobufReader;
  /** Skipped fields. */
  readonly skipped: Set<string>;
  messages: number;
}

/**
 * Reads a message in protobuf's binary format, as caffemodel and solverstate files are written. The
 * numbers of blobs stay in the source, which must stay readable until they have been used. Unknown fields
 * are skipped; of a duplicate field, the last value counts.
 *
 * @param skipped - Receives the skipped fields, each kind once: `LayerParameter.200`, and
 *   `PoolingParameter.pool` for an unknown value of an enumeration.
 * @throws {@link ParseError} on damage.
 */
export function readBinary(
  source: ByteSource,
  type: MessageType,
  skipped: Set<string> = new Set<string>(),
): CaffeMessage {
  const reader = new ProtobufReader(source);
  const message = new CaffeMessage(type);
  const reading = { source, reader, skipped, messages: 0 };
  reader.readFields((number) => {
    takeField(reading, message, number);
  });
  return message;
}

function takeField(reading: Reading, message: CaffeMessage, number: number): void {
  const field = message.type.byNumber.get(number);
  if (!field) {
    reading.skipped.add(`${message.type.name}.${String(number)}`);
    return;
  }
  const { type, name, repeated } = field;
  if (type.kind === 'message') {
    if (++reading.messages > MAX_MESSAGES)
      reading.reader.fail(`too many messages (expected at most ${String(MAX_MESSAGES)})`);
    // A duplicate field of messages is merged, as in protobuf.
    const inner =
      repeated || !message.has(name) ? new CaffeMessage(type.type) : message.message(name);
    reading.reader.message((innerNumber) => {
      takeField(reading, inner, innerNumber);
    });
    if (repeated) message.add(name, inner);
    else message.set(name, inner);
  } else if (type.kind === 'floats' || type.kind === 'doubles') {
    message.setRuns(name, readRuns(reading, message.runs(name), type.kind));
  } else if (repeated) readRepeated(reading, message, field);
  else {
    const value = readScalar(reading.reader, type);
    if (value !== null) message.set(name, value);
    else reading.skipped.add(`${message.type.name}.${name}`);
  }
}

function readRuns(
  { source, reader }: Reading,
  there: BlobNumbers | null,
  kind: 'floats' | 'doubles',
): BlobNumbers {
  const size = kind === 'floats' ? 4 : 8;
  const runs = there ?? new BlobNumbers(source, size);
  if (reader.wireType === WIRE_TYPE.bytes) {
    const { start, end } = reader.range();
    if ((end - start) % size !== 0) {
      reader.fail(
        `incomplete ${kind} (got ${String(end - start)} bytes, expected a multiple of ${String(size)})`,
        start,
      );
    }
    runs.addRun(start, (end - start) / size);
  } else runs.addNumber(kind === 'floats' ? reader.float() : reader.double());
  return runs;
}

/** Reads a repeated number, packed or not. */
function readRepeated(
  { reader, skipped }: Reading,
  message: CaffeMessage,
  { name, type }: Field,
): void {
  if (type.kind === 'int') {
    reader.ints((value) => message.add(name, ranged(reader, value, type)));
  } else if (type.kind === 'float') {
    for (const value of reader.floats()) message.add(name, value);
  } else if (type.kind === 'bool') {
    reader.ints((value) => message.add(name, value !== 0));
  } else if (type.kind === 'enum') {
    reader.ints((value) => {
      const found = type.values.names.get(value);
      if (found !== undefined) message.add(name, found);
      else skipped.add(`${message.type.name}.${name}`);
    });
  } else message.add(name, reader.text());
}

/** Reads a value; null for an unknown value of an enumeration, which counts as missing. */
function readScalar(reader: ProtobufReader, type: ScalarKind): number | boolean | string | null {
  switch (type.kind) {
    case 'int':
      return ranged(reader, reader.int(), type);
    case 'bool':
      return reader.bool();
    case 'float':
      return reader.float();
    case 'double':
      return reader.double();
    case 'enum':
      return type.values.names.get(reader.int()) ?? null;
    case 'string':
      return reader.text();
  }
}

function ranged(
  reader: ProtobufReader,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (!(value >= min && value <= max))
    reader.fail(
      `integer out of range (got ${String(value)}, expected ${String(min)} to ${String(max)})`,
    );
  return value;
}

/** Writes a message in protobuf's binary format, fields in the order of their numbers. */
export function writeBinary(message: CaffeMessage): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const field of message.type.byName.values()) writeField(writer, message, field);
  return writer;
}

function writeField(
  writer: ProtobufWriter,
  message: CaffeMessage,
  { name, number, type }: Field,
): void {
  if (type.kind === 'floats') {
    const numbers = message.runs(name);
    if (numbers) writer.floats(number, numbers.toFloats());
  } else if (type.kind === 'doubles') {
    const numbers = message.runs(name);
    if (numbers) writer.doubles(number, numbers.toDoubles());
  } else if (type.kind === 'message') {
    for (const inner of message.messages(name)) writer.message(number, writeBinary(inner));
  } else if (name === PACKED_FIELD) {
    if (message.has(name)) writer.ints(number, message.numbers(name));
  } else {
    for (const value of message.values(name)) writeScalar(writer, number, type, value);
  }
}

function writeScalar(
  writer: ProtobufWriter,
  number: number,
  type: ScalarKind,
  value: FieldValue,
): void {
  if (typeof value === 'boolean') writer.int(number, Number(value));
  else if (typeof value === 'string') {
    if (type.kind === 'enum') writer.int(number, type.values.numbers.get(value) ?? 0);
    else writer.text(number, value);
  } else if (typeof value === 'number' && type.kind === 'float') writer.float(number, value);
  else if (typeof value === 'number' && type.kind === 'double') writer.double(number, value);
  else if (typeof value === 'number') writer.int(number, value);
}
