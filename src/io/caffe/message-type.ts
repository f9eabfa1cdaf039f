import { FcnError } from '../../core/errors.js';

/** Kind of a field: numbers, text, a value of an enumeration, or a message. */
export type FieldKind = ScalarKind | RunsKind | MessageKind;

/** A number, text, boolean or value of an enumeration. */
export type ScalarKind = IntKind | PlainKind | EnumKind;

/** An integer of a range. */
export interface IntKind {
  /** Discriminant. */
  readonly kind: 'int';
  /** Smallest value. */
  readonly min: number;
  /** Largest value. */
  readonly max: number;
}

/** A float, double, boolean or text. */
export interface PlainKind {
  /** Discriminant. */
  readonly kind: 'float' | 'double' | 'bool' | 'string';
}

/** A value of an enumeration. */
export interface EnumKind {
  /** Discriminant. */
  readonly kind: 'enum';
  /** The enumeration. */
  readonly values: EnumType;
}

/** Numbers of blobs, which stay in the file. */
export type RunsKind = FloatsKind | DoublesKind;

/** Many floats. */
export interface FloatsKind {
  /** Discriminant. */
  readonly kind: 'floats';
}

/** Many doubles. */
export interface DoublesKind {
  /** Discriminant. */
  readonly kind: 'doubles';
}

/** A message inside another. */
export interface MessageKind {
  /** Discriminant. */
  readonly kind: 'message';
  /** Type of the message. */
  readonly type: MessageType;
}

/** A field of a message. */
export interface Field {
  /** Name in the text format. */
  readonly name: string;
  /** Number in the binary format. */
  readonly number: number;
  /** True if it may occur any number of times. */
  readonly repeated: boolean;
  /** Kind of its values. */
  readonly type: FieldKind;
}

/** The names of an enumeration and their numbers. */
export interface EnumType {
  /** By name. */
  readonly numbers: ReadonlyMap<string, number>;
  /** By number. */
  readonly names: ReadonlyMap<number, string>;
}

/** Type of a message: its fields. */
export interface MessageType {
  /** Name of the type. */
  readonly name: string;
  /** By the name of the field, in the order of their numbers. */
  readonly byName: ReadonlyMap<string, Field>;
  /** By number. */
  readonly byNumber: ReadonlyMap<number, Field>;
}

const SCALARS: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['int32', { kind: 'int', min: -(2 ** 31), max: 2 ** 31 - 1 }],
  ['uint32', { kind: 'int', min: 0, max: 2 ** 32 - 1 }],
  ['int64', { kind: 'int', min: -(2 ** 63), max: 2 ** 63 }],
  ['float', { kind: 'float' }],
  ['double', { kind: 'double' }],
  ['bool', { kind: 'bool' }],
  ['string', { kind: 'string' }],
  ['floats', { kind: 'floats' }],
  ['doubles', { kind: 'doubles' }],
]);

/**
 * Parses a description of message types:
 *
 * `enum Name: A=0, B=1` on a line; `message Name: 1 field type, 2 other type*` on one or several. A
 * star marks a field that may be repeated. A type may be named before it is described.
 *
 * @throws {@link FcnError} if a type is unknown.
 */
export function describeTypes(text: string): ReadonlyMap<string, MessageType> {
  const enums = new Map<string, EnumType>();
  const messages = new Map<string, MessageType & { byName: Map<string, Field> }>();
  const bodies = new Map<string, string>();
  for (const [, keyword, name, body] of text.matchAll(/(enum|message) (\w+):([^:]*)(?=\n|$)/g)) {
    if (keyword === 'enum') enums.set(name, describeEnum(body));
    else {
      bodies.set(name, body);
      messages.set(name, { name, byName: new Map(), byNumber: new Map() });
    }
  }
  const kindOf = (type: string): FieldKind => {
    const values = enums.get(type);
    if (values) return { kind: 'enum', values };
    const message = messages.get(type);
    if (message) return { kind: 'message', type: message };
    const scalar = SCALARS.get(type);
    if (scalar) return scalar;
    throw new FcnError(`no type ${type} is described`);
  };
  for (const message of messages.values()) {
    const byNumber = message.byNumber as Map<number, Field>; // filled here, read everywhere else
    const found = (bodies.get(message.name) ?? '').matchAll(/(\d+) (\w+) (\w+)(\*?)/g);
    const fields = Array.from(found, ([, number, name, type, star]) => ({
      name,
      number: Number(number),
      repeated: star === '*',
      type: kindOf(type),
    }));
    for (const field of fields.sort((a, b) => a.number - b.number)) {
      message.byName.set(field.name, field);
      byNumber.set(field.number, field);
    }
  }
  return messages;
}

function describeEnum(body: string): EnumType {
  const pairs = Array.from(body.matchAll(/(\w+)=(\d+)/g), ([, name, number]): [string, number] => [
    name,
    Number(number),
  ]);
  return {
    numbers: new Map(pairs),
    names: new Map(pairs.map(([name, number]) => [number, name])),
  };
}
