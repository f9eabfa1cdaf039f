/** Pieces of a protobuf message, in order, with their length in bytes: large tensors are not copied. */
export interface Message {
  /** The pieces. */
  readonly parts: readonly Uint8Array[];
  /** Sum of their lengths. */
  readonly length: number;
}

const VARINT = 0;
const BYTES = 2;

/** Messages one after the other. */
export function join(messages: readonly Message[]): Message {
  return {
    parts: messages.flatMap(({ parts }) => parts),
    length: messages.reduce((sum, { length }) => sum + length, 0),
  };
}

/** An integer field. */
export function integer(field: number, value: number): Message {
  return bytes(Uint8Array.from([...varint((field << 3) | VARINT), ...varint(value)]));
}

/** A text field. */
export function text(field: number, value: string): Message {
  return nested(field, bytes(new TextEncoder().encode(value)));
}

/** A field that holds a message, or bytes. */
export function nested(field: number, message: Message): Message {
  const head = Uint8Array.from([...varint((field << 3) | BYTES), ...varint(message.length)]);
  return { parts: [head, ...message.parts], length: head.length + message.length };
}

/** Bytes as they are. */
export function bytes(value: Uint8Array): Message {
  return { parts: [value], length: value.length };
}

/** 7 bits a byte, the low ones first; negative numbers are not needed here. */
function varint(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 128);
  digits.push(rest);
  return digits;
}
