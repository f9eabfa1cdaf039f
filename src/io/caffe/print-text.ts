import { Message, type FieldValue } from './message.js';
import type { Field } from './message-type.js';

const ESCAPED: ReadonlyMap<number, string> = new Map([
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [34, '\\"'],
  [39, "\\'"],
  [92, '\\\\'],
]);

/** Writes a message in protobuf's text format, fields in the order of their numbers. */
export function printTextFormat(message: Message): string {
  return printFields(message, '').join('');
}

function printFields(message: Message, indent: string): string[] {
  const lines: string[] = [];
  for (const field of message.type.byName.values()) {
    const runs = message.runs(field.name);
    const values = runs ? Array.from(runs.toFloats()) : message.values(field.name);
    for (const value of values) lines.push(...printField(field, value, indent));
  }
  return lines;
}

function printField(field: Field, value: FieldValue, indent: string): string[] {
  const { name } = field;
  if (value instanceof Message) {
    return [`${indent}${name} {\n`, ...printFields(value, `${indent}  `), `${indent}}\n`];
  }
  return [`${indent}${name}: ${printScalar(field, value)}\n`];
}

function printScalar({ type }: Field, value: Exclude<FieldValue, Message>): string {
  if (typeof value === 'string' && type.kind === 'string') return quote(value);
  const isFloat = type.kind === 'float' || type.kind === 'floats' || type.kind === 'doubles';
  if (typeof value === 'number' && isFloat) return printFloat(value);
  return String(value);
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

/** Six digits where those give the float back, else nine; as C prints with %g. */
function printFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', 'inf').toLowerCase();
  if (Object.is(value, -0)) return '-0';
  const digits = Math.fround(Number(value.toPrecision(6))) === Math.fround(value) ? 6 : 9;
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
