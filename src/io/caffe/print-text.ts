import { CaffeMessage, type FieldValue } from './message.js';
import type { Field, FieldKind } from './message-type.js';

const ESCAPED: ReadonlyMap<number, string> = new Map([
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [34, '\\"'],
  [39, "\\'"],
  [92, '\\\\'],
]);

/** Number of digits, and rounding, of a kind of number. */
interface Precision {
  readonly few: number;
  readonly all: number;
  readonly round: (value: number) => number;
}

const FLOAT: Precision = { few: 6, all: 9, round: Math.fround };
const DOUBLE: Precision = { few: 15, all: 17, round: Number };
const PRECISIONS: ReadonlyMap<FieldKind['kind'], Precision> = new Map([
  ['float', FLOAT],
  ['floats', FLOAT],
  ['double', DOUBLE],
  ['doubles', DOUBLE],
]);

/** Writes a message in protobuf's text format, fields in the order of their numbers. */
export function printTextFormat(message: CaffeMessage): string {
  return printFields(message, '').join('');
}

function printFields(message: CaffeMessage, indent: string): string[] {
  const lines: string[] = [];
  for (const field of message.type.byName.values()) {
    const runs = message.runs(field.name);
    const values = runs ? Array.from(runs.toDoubles()) : message.values(field.name);
    for (const value of values) lines.push(...printField(field, value, indent));
  }
  return lines;
}

function printField(field: Field, value: FieldValue, indent: string): string[] {
  const { name } = field;
  if (value instanceof CaffeMessage) {
    return [`${indent}${name} {\n`, ...printFields(value, `${indent}  `), `${indent}}\n`];
  }
  return [`${indent}${name}: ${printScalar(field, value)}\n`];
}

function printScalar({ type }: Field, value: Exclude<FieldValue, CaffeMessage>): string {
  if (typeof value === 'string' && type.kind === 'string') return quote(value);
  const precision = PRECISIONS.get(type.kind);
  return typeof value === 'number' && precision ? printReal(value, precision) : String(value);
}

function quote(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => {
    const escaped = ESCAPED.get(byte);
    if (escaped !== undefined) return escaped;
    const printable = byte >= 32 && byte < 127;
    return printable ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}

/** Prints the fewer digits if they give the same number, otherwise all, in the format %g of C. */
function printReal(value: number, { few, all, round }: Precision): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', 'inf').toLowerCase();
  if (Object.is(value, -0)) return '-0';
  const digits = round(Number(value.toPrecision(few))) === round(value) ? few : all;
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= digits) {
    const sign = power < 0 ? '-' : '+';
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return trimZeros(value.toFixed(digits - 1 - power));
}

function trimZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal;
}
