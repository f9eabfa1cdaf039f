/** Machine that runs the opcodes of a pickle: it makes plain values, and calls only functions of its host's table. */
import type { ByteReader } from '../core/byte-reader.js';
import {
  asItems,
  asTuple,
  isList,
  type PickleGlobal,
  type PickleTuple,
  type PickleValue,
} from './pickle-values.js';

/** Names and objects that a pickle may refer to. */
export interface PickleHost {
  /** Known names, as `module.name`. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** Returns the object of a persistent id. */
  readonly persistent: (id: PickleValue, fail: (reason: string) => never) => PickleValue;
}

/** Length limit of integers, in bytes. */
const MOST_INTEGER_BYTES = 32;
/** Limit of values on the stack, in the memo and under marks: an opcode of one byte can add one. */
const MOST_ITEMS = 2 ** 20;
/** Cost of a tuple, list, dict or other object in the same count: it takes far more memory than a number. */
const ITEMS_OF_AN_OBJECT = 8;
const ITEMS_OF_A_MEMO = 2;

const EXACTLY = { fatal: true, ignoreBOM: true };
const DECODERS = {
  utf8: new TextDecoder('utf-8', EXACTLY),
  latin1: new TextDecoder('latin1', EXACTLY),
};
const MOST_NAME_BYTES = 512;

/** The stack of values, the marks on it, and the memo. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly #host: PickleHost;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #room = MOST_ITEMS;

  constructor(reader: ByteReader, host: PickleHost) {
    this.reader = reader;
    this.#host = host;
  }

  result(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0)
      this.reader.fail('pickle: unexpected values on the stack at the end');
    return value;
  }

  fail(reason: string): never {
    return this.reader.fail(`pickle: ${reason}`);
  }

  readonly #refuse = (reason: string): never => this.fail(reason);

  /** Pushes a value onto the stack. */
  push(value: PickleValue): void {
    this.#spend(typeof value === 'object' && value !== null ? ITEMS_OF_AN_OBJECT : 1);
    this.#stack.push(value);
  }

  #spend(items: number): void {
    this.#room -= items;
    if (this.#room < 0) this.fail(`too many values (expected at most ${String(MOST_ITEMS)})`);
  }

  pop(): PickleValue {
    const least = this.#marks.at(-1) ?? 0;
    if (this.#stack.length <= least) this.fail('missing value on the stack');
    return this.#stack.pop() ?? null;
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    this.#spend(1);
    this.#marks.push(this.#stack.length);
  }

  popToMark(): PickleValue[] {
    const start = this.#marks.pop() ?? this.fail('missing mark on the stack');
    return this.#stack.splice(start);
  }

  popCount(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  memoize(key: number = this.#memo.size): void {
    this.#spend(ITEMS_OF_A_MEMO);
    this.#memo.set(key, this.top());
  }

  recall(key: number): void {
    const kept = this.#memo.get(key);
    this.push(kept === undefined ? this.fail(`missing memo entry ${String(key)}`) : kept);
  }

  find(module: string, name: string): void {
    const found = this.#host.globals.get(`${module}.${name}`);
    this.push(found ?? this.fail(`unsupported name ${module}.${name}`));
  }

  call(): void {
    const args = asTuple(this.pop()) ?? this.fail('missing arguments of a call');
    const callee = this.pop();
    const isGlobal = typeof callee === 'object' && callee !== null && 'kind' in callee;
    const called = isGlobal && callee.kind === 'global' ? (callee as PickleGlobal) : null;
    if (called?.call === undefined)
      this.fail(`unsupported call of ${called?.name ?? 'a value that is not a function'}`);
    this.#spendOn(args);
    this.push(called.call(args, this.#refuse));
  }

  /** A memoized list or text may be an argument many times, and is copied each time. */
  #spendOn(args: PickleTuple): void {
    for (const arg of args) {
      this.#spend(typeof arg === 'string' ? arg.length : (asItems(arg)?.length ?? 0));
    }
  }

  persistent(): void {
    this.push(this.#host.persistent(this.pop(), this.#refuse));
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!isList(list)) this.fail('append to a value that is not a list');
    for (const item of items) list.items.push(item);
  }

  set(pairs: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map)) this.fail('item of a value that is not a dict');
    if (pairs.length % 2 !== 0) this.fail('key without a value');
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i];
      if (typeof key !== 'string' && typeof key !== 'number')
        this.fail('unsupported key (expected a text or number)');
      if (dict.has(key)) this.fail(`duplicate key "${String(key)}"`);
      dict.set(key, pairs[i + 1]);
    }
  }

  /** Ignores attributes of an object, such as the `_metadata` of a state dict. */
  build(): void {
    this.pop();
    const target = this.top();
    const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
    if (!isObject || isList(target)) this.fail('attributes of a value that is not an object');
  }

  text(length: number, encoding: 'utf8' | 'latin1'): void {
    const bytes = this.reader.bytes(length);
    let text: string;
    try {
      text = DECODERS[encoding].decode(bytes);
    } catch {
      return this.fail('text is not UTF-8');
    }
    this.push(text);
  }

  line(): string {
    const rest = this.reader.peek();
    const length = rest.subarray(0, MOST_NAME_BYTES).indexOf(10);
    if (length < 0) this.fail('unterminated name');
    const line = this.reader.latin1(length);
    this.reader.u8();
    return line;
  }

  integer(length: number): void {
    if (!(length <= MOST_INTEGER_BYTES))
      this.fail(
        `integer too long (got ${String(length)} bytes, expected at most ${String(MOST_INTEGER_BYTES)})`,
      );
    const bytes = this.reader.bytes(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    const signed = BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    this.push(Number.isSafeInteger(number) ? number : signed);
  }
}
