import { CaffeMessage, type FieldValue } from './message.js';
import type { EnumType, Field, MessageType, ScalarKind } from './message-type.js';
import { BlobNumbers } from './blob-numbers.js';
import { memorySource } from '../byte-source.js';
import { TextLexer } from './text-lexer.js';

/** Nesting limit of messages. */
const MAX_DEPTH = 64;
const TRUE_WORDS: readonly string[] = ['true', 'True', 't'];
const FALSE_WORDS: readonly string[] = ['false', 'False', 'f'];
const INFINITE = /^inf(?:inity)?$/i;

/**
 * Reads a message in protobuf's text format, as prototxt files are written.
 *
 * It accepts exactly what Caffe's own parser accepts: an unknown field, a duplicate field or a value of the wrong
 * kind is an error.
 *
 * @param source - Name of the file, for errors.
 * @throws {@link TextFormatError} with line and column of the first error.
 * @see https://protobuf.dev/reference/protobuf/textformat-spec
 */
export function parseTextFormat(text: string, type: MessageType, source: string): CaffeMessage {
  const lexer = new TextLexer(source, text);
  const message = new CaffeMessage(type);
  while (lexer.token.kind !== 'end') parseField(lexer, message, 0);
  return message;
}

function parseField(lexer: TextLexer, message: CaffeMessage, depth: number): void {
  if (lexer.token.kind !== 'word') lexer.fail('expected a field name');
  const name = lexer.next().text;
  const field = message.type.byName.get(name);
  if (!field) lexer.fail(`${message.type.name} has no field ${name}`);
  if (!field.repeated && message.has(name)) lexer.fail(`duplicate field ${name}`);
  const colon = lexer.accept(':');
  if (!colon && field.type.kind !== 'message') lexer.fail(`expected ":" after ${name}`);
  if (field.repeated && lexer.accept('[')) parseList(lexer, message, field, depth);
  else parseValue(lexer, message, field, depth);
  if (!lexer.accept(';')) lexer.accept(',');
}

function parseList(lexer: TextLexer, message: CaffeMessage, field: Field, depth: number): void {
  if (lexer.accept(']')) return;
  do parseValue(lexer, message, field, depth);
  while (lexer.accept(','));
  if (!lexer.accept(']')) lexer.fail('expected "," or "]"');
}

function parseValue(lexer: TextLexer, message: CaffeMessage, field: Field, depth: number): void {
  const { type, name } = field;
  if (type.kind === 'message') message.add(name, parseMessage(lexer, type.type, depth + 1));
  else if (type.kind === 'floats' || type.kind === 'doubles') {
    const bytesEach = type.kind === 'floats' ? 4 : 8;
    const runs =
      message.runs(name) ?? new BlobNumbers(memorySource(new Uint8Array(0), ''), bytesEach);
    runs.addNumber(parseReal(lexer));
    message.setRuns(name, runs);
  } else message.add(name, parseScalar(lexer, type));
}

function parseMessage(lexer: TextLexer, type: MessageType, depth: number): CaffeMessage {
  if (depth > MAX_DEPTH)
    lexer.fail(`messages nest too deep (expected at most ${String(MAX_DEPTH)} levels)`);
  const angular = lexer.accept('<');
  if (!angular && !lexer.accept('{')) lexer.fail('expected "{"');
  const message = new CaffeMessage(type);
  const end = angular ? '>' : '}';
  while (!lexer.accept(end)) parseField(lexer, message, depth);
  return message;
}

function parseScalar(lexer: TextLexer, type: ScalarKind): FieldValue {
  switch (type.kind) {
    case 'int':
      return parseInteger(lexer, type.min, type.max);
    case 'bool':
      return parseTruth(lexer);
    case 'string':
      return parseText(lexer);
    case 'enum':
      return parseName(lexer, type.values);
    case 'float':
      return Math.fround(parseReal(lexer));
    case 'double':
      return parseReal(lexer);
  }
}

function parseInteger(lexer: TextLexer, min: number, max: number): number {
  const { at } = lexer.token;
  const negative = min < 0 && lexer.accept('-');
  const { kind, text } = lexer.token;
  if (kind !== 'integer') lexer.fail('expected an integer');
  const magnitude = /^0\d/.test(text) ? parseInt(text, 8) : Number(text);
  const value = negative && magnitude !== 0 ? -magnitude : magnitude;
  if (!(value >= min && value <= max))
    lexer.fail(`integer out of range (got ${text}, expected ${String(min)} to ${String(max)})`, at);
  lexer.next();
  return value;
}

function parseReal(lexer: TextLexer): number {
  const sign = lexer.accept('-') ? -1 : 1;
  const { kind, text } = lexer.token;
  if (kind === 'word') {
    if (!INFINITE.test(text) && !/^nan$/i.test(text)) lexer.fail('expected a number');
    lexer.next();
    return sign * (INFINITE.test(text) ? Infinity : NaN);
  }
  if (kind !== 'float' && kind !== 'integer') lexer.fail('expected a number');
  if (/^0[\dxX]/.test(text) && kind === 'integer') lexer.fail('expected a decimal number');
  lexer.next();
  return sign * Number(text.replace(/f$/i, ''));
}

function parseTruth(lexer: TextLexer): boolean {
  if (lexer.token.kind !== 'word') return parseInteger(lexer, 0, 1) === 1;
  const { text } = lexer.next();
  if (!TRUE_WORDS.includes(text) && !FALSE_WORDS.includes(text)) {
    lexer.fail(`invalid boolean (got ${text}, expected true or false)`);
  }
  return TRUE_WORDS.includes(text);
}

/** Adjacent strings are concatenated. */
function parseText(lexer: TextLexer): string {
  if (lexer.token.kind !== 'string') lexer.fail('expected a string');
  const parts = [lexer.next().text];
  while (lexer.isAtString()) parts.push(lexer.next().text);
  return parts.join('');
}

function parseName(lexer: TextLexer, { names, numbers }: EnumType): string {
  if (lexer.token.kind === 'word') {
    const { text } = lexer.next();
    if (!numbers.has(text)) {
      lexer.fail(`invalid name (got ${text}, expected one of ${[...numbers.keys()].join(', ')})`);
    }
    return text;
  }
  const number = parseInteger(lexer, -(2 ** 31), 2 ** 31 - 1);
  return names.get(number) ?? lexer.fail(`invalid enumeration value (got ${String(number)})`);
}
