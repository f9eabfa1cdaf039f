import { FcnError } from '../../core/errors.js';
import type { BlobNumbers } from './blob-numbers.js';
import type { Field, MessageType } from './message-type.js';

/** Value of a field: a number, text, boolean, name of an enumeration's value, or message. */
export type FieldValue = number | string | boolean | CaffeMessage;

/** Limit of values per field, far above any network's layers; JavaScript accepts this many arguments. */
const MAX_VALUES = 50_000;

/** A protobuf message of Caffe's schema: values by field name, as read, without defaults. */
export class CaffeMessage {
  /** Type of the message. */
  readonly type: MessageType;
  readonly #values = new Map<string, FieldValue[]>();
  readonly #runs = new Map<string, BlobNumbers>();

  constructor(type: MessageType) {
    this.type = type;
  }

  /** True if the field is present. */
  has(name: string): boolean {
    return this.#values.has(name) || this.#runs.has(name);
  }

  /** All values of a field; empty if it is missing. */
  values(name: string): readonly FieldValue[] {
    return this.#values.get(name) ?? [];
  }

  /** A number, or `fallback` if it is missing. */
  number(name: string, fallback: number): number {
    const [value] = this.values(name);
    return typeof value === 'number' ? value : fallback;
  }

  /** Numbers of a repeated field. */
  numbers(name: string): readonly number[] {
    return this.values(name).filter((value) => typeof value === 'number');
  }

  /** A text or the name of an enumeration's value. */
  text(name: string, fallback = ''): string {
    const [value] = this.values(name);
    return typeof value === 'string' ? value : fallback;
  }

  /** Texts of a repeated field. */
  texts(name: string): readonly string[] {
    return this.values(name).filter((value) => typeof value === 'string');
  }

  /** A boolean. */
  flag(name: string, fallback: boolean): boolean {
    const [value] = this.values(name);
    return typeof value === 'boolean' ? value : fallback;
  }

  /** Message in a field; an empty one if it is missing. */
  message(name: string): CaffeMessage {
    const [value] = this.values(name);
    if (value instanceof CaffeMessage) return value;
    const { type } = this.field(name);
    if (type.kind !== 'message') throw new FcnError(`${this.type.name}.${name} is not a message`);
    return new CaffeMessage(type.type);
  }

  /** Messages of a repeated field. */
  messages(name: string): readonly CaffeMessage[] {
    return this.values(name).filter((value) => value instanceof CaffeMessage);
  }

  /** Numbers of a blob's field; null if it is missing. */
  runs(name: string): BlobNumbers | null {
    return this.#runs.get(name) ?? null;
  }

  /**
   * Appends values to a field.
   *
   * @throws {@link FcnError} if the type has no such field, or the number of values exceeds the limit.
   */
  add(name: string, ...values: readonly FieldValue[]): this {
    this.field(name);
    const there = this.#values.get(name) ?? [];
    if (there.length + values.length > MAX_VALUES) {
      throw new FcnError(`${this.type.name}: more than ${String(MAX_VALUES)} values of ${name}`);
    }
    there.push(...values);
    if (values.length > 0) this.#values.set(name, there);
    return this;
  }

  /** Replaces the values of a field. */
  set(name: string, ...values: readonly FieldValue[]): this {
    this.delete(name);
    return this.add(name, ...values);
  }

  /** Replaces the numbers of a blob's field. */
  setRuns(name: string, runs: BlobNumbers): this {
    this.field(name);
    this.#runs.set(name, runs);
    return this;
  }

  /** Removes a field. */
  delete(name: string): void {
    this.#values.delete(name);
  }

  /** Copy of the message; nested messages are shared. */
  copy(): CaffeMessage {
    const copy = new CaffeMessage(this.type);
    for (const [name, values] of this.#values) copy.add(name, ...values);
    for (const [name, runs] of this.#runs) copy.setRuns(name, runs);
    return copy;
  }

  /**
   * Returns the description of a field.
   *
   * @throws {@link FcnError} if the type has no such field.
   */
  field(name: string): Field {
    const field = this.type.byName.get(name);
    if (!field) throw new FcnError(`${this.type.name} has no field ${name}`);
    return field;
  }
}
