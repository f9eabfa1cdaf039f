import { FcnError } from '../../core/errors.js';
import type { NumberRuns } from './number-runs.js';
import type { Field, MessageType } from './message-type.js';

/** What a field may hold: numbers, text, truth, the name of an enumeration's value, messages. */
export type FieldValue = number | string | boolean | CaffeMessage;

/** Far more layers than any network has; they are passed on as arguments, of which there may be so many. */
const MAX_VALUES = 50_000;

/** A message of Caffe's: values by the name of their field, as read, without defaults. */
export class CaffeMessage {
  /** What fields it may have. */
  readonly type: MessageType;
  readonly #values = new Map<string, FieldValue[]>();
  readonly #runs = new Map<string, NumberRuns>();

  constructor(type: MessageType) {
    this.type = type;
  }

  /** True if the field is there. */
  has(name: string): boolean {
    return this.#values.has(name) || this.#runs.has(name);
  }

  /** All values of a field, none if it is not there. */
  values(name: string): readonly FieldValue[] {
    return this.#values.get(name) ?? [];
  }

  /** A number, or what stands for one that is not there. */
  number(name: string, fallback: number): number {
    const [value] = this.values(name);
    return typeof value === 'number' ? value : fallback;
  }

  /** The numbers of a field that may be repeated. */
  numbers(name: string): readonly number[] {
    return this.values(name).filter((value) => typeof value === 'number');
  }

  /** A text or the name of an enumeration's value. */
  text(name: string, fallback = ''): string {
    const [value] = this.values(name);
    return typeof value === 'string' ? value : fallback;
  }

  /** The texts of a field that may be repeated. */
  texts(name: string): readonly string[] {
    return this.values(name).filter((value) => typeof value === 'string');
  }

  /** A truth value. */
  flag(name: string, fallback: boolean): boolean {
    const [value] = this.values(name);
    return typeof value === 'boolean' ? value : fallback;
  }

  /** The message in a field; an empty one if it is not there. */
  message(name: string): CaffeMessage {
    const [value] = this.values(name);
    if (value instanceof CaffeMessage) return value;
    const { type } = this.field(name);
    if (type.kind !== 'message') throw new FcnError(`${this.type.name}.${name} is no message`);
    return new CaffeMessage(type.type);
  }

  /** The messages in a field that may be repeated. */
  messages(name: string): readonly CaffeMessage[] {
    return this.values(name).filter((value) => value instanceof CaffeMessage);
  }

  /** The many numbers of a field of them; null if it is not there. */
  runs(name: string): NumberRuns | null {
    return this.#runs.get(name) ?? null;
  }

  /**
   * Adds values behind those that are there.
   *
   * @throws {@link FcnError} if the type has no such field, or it would hold more values than any network needs.
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

  /** Replaces the many numbers of a field. */
  setRuns(name: string, runs: NumberRuns): this {
    this.field(name);
    this.#runs.set(name, runs);
    return this;
  }

  /** Takes a field away. */
  delete(name: string): void {
    this.#values.delete(name);
  }

  /** Another message of the type, with the same values; messages inside are shared. */
  copy(): CaffeMessage {
    const copy = new CaffeMessage(this.type);
    for (const [name, values] of this.#values) copy.add(name, ...values);
    for (const [name, runs] of this.#runs) copy.setRuns(name, runs);
    return copy;
  }

  /**
   * What is known about a field.
   *
   * @throws {@link FcnError} if the type has none of the name.
   */
  field(name: string): Field {
    const field = this.type.byName.get(name);
    if (!field) throw new FcnError(`${this.type.name} has no field ${name}`);
    return field;
  }
}
