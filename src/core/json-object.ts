import { FcnError } from './errors.js';

/** A missing, unknown or invalid key of a JSON file. */
export class JsonError extends FcnError {
  /** `JsonError`. */
  override name = 'JsonError';
  /** Path of the key, such as `stages[1].optimizer.rate`. */
  readonly key: string;

  constructor(key: string, reason: string) {
    super(`${key}: ${reason}`);
    this.key = key;
  }
}

/** Bounds of a number. */
export interface NumberBounds {
  /** Smallest allowed value. */
  readonly min?: number;
  /** Largest allowed value. */
  readonly max?: number;
  /** True if only whole numbers are allowed. */
  readonly integer?: boolean;
}

/**
 * Reads a JSON object key by key; every method throws a {@link JsonError} that names the key. After
 * the last key, {@link JsonObject.end} rejects keys that were not read, so that misspelt keys are errors.
 */
export class JsonObject {
  /** Path of this object, for messages; empty for the outermost one. */
  readonly path: string;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #asked = new Set<string>();

  constructor(path: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new JsonError(path === '' ? 'file' : path, wrongKind(value, 'an object'));
    }
    this.path = path;
    this.#values = new Map(Object.entries(value));
  }

  /** True if the key is present. */
  has(key: string): boolean {
    this.#asked.add(key);
    return this.#values.has(key);
  }

  /** The unchecked value. */
  raw(key: string): unknown {
    if (!this.has(key)) throw this.wrong(key, 'missing');
    return this.#values.get(key);
  }

  /** A text, one of `choices` if they are given. */
  string<T extends string = string>(key: string, choices?: readonly T[]): T {
    const value = this.raw(key);
    const allowed: readonly unknown[] | undefined = choices;
    if (typeof value !== 'string') throw this.wrong(key, wrongKind(value, 'a text'));
    if (allowed?.includes(value) === false) {
      throw this.wrong(
        key,
        `invalid value (got ${value}, expected one of ${(choices ?? []).join(', ')})`,
      );
    }
    return value as T; // one of the choices, or any text where T is string
  }

  /** `true` or `false`. */
  flag(key: string): boolean {
    const value = this.raw(key);
    if (typeof value !== 'boolean') throw this.wrong(key, wrongKind(value, 'true or false'));
    return value;
  }

  /** A finite number within bounds. */
  number(key: string, bounds: NumberBounds = {}): number {
    return this.#checked(key, this.raw(key), bounds);
  }

  /** A list of finite numbers, of the given length if there is one. */
  numbers(key: string, bounds: NumberBounds = {}, length?: number): number[] {
    const values = this.list(key).map((value) => this.#checked(key, value, bounds));
    if (length !== undefined && values.length !== length) {
      throw this.wrong(
        key,
        `wrong number count (got ${String(values.length)}, expected ${String(length)})`,
      );
    }
    return values;
  }

  /** A list of texts. */
  strings(key: string): string[] {
    return this.list(key).map((value) => {
      if (typeof value !== 'string') throw this.wrong(key, wrongKind(value, 'a list of texts'));
      return value;
    });
  }

  /** An inner object. */
  object(key: string): JsonObject {
    return new JsonObject(this.#way(key), this.raw(key));
  }

  /** All values, which the caller checks. */
  all(): Readonly<Record<string, unknown>> {
    for (const key of this.#values.keys()) this.#asked.add(key);
    return Object.fromEntries(this.#values);
  }

  /** A list of inner objects. */
  objects(key: string): JsonObject[] {
    return this.list(key).map(
      (value, i) => new JsonObject(`${this.#way(key)}[${String(i)}]`, value),
    );
  }

  /** A list of anything. */
  list(key: string): unknown[] {
    const value = this.raw(key);
    if (!Array.isArray(value)) throw this.wrong(key, wrongKind(value, 'a list'));
    return value;
  }

  /** `{ [key]: read(key) }` if the key is present, otherwise an empty object. */
  optional<K extends string, T>(key: K, read: (key: K) => T): Readonly<Partial<Record<K, T>>> {
    const found = this.has(key) ? [[key, read(key)] as const] : [];
    return Object.fromEntries(found) as Partial<Record<K, T>>; // the types widen the key to string
  }

  /** @throws {@link JsonError} for a key that was not read. */
  end(): void {
    for (const key of this.#values.keys()) {
      if (!this.#asked.has(key)) {
        throw this.wrong(key, `unknown key (expected one of ${[...this.#asked].join(', ')})`);
      }
    }
  }

  /** The error for a key of this object. */
  wrong(key: string, reason: string): JsonError {
    return new JsonError(this.#way(key), reason);
  }

  #way(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  #checked(key: string, value: unknown, { min, max, integer }: NumberBounds): number {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw this.wrong(key, wrongKind(value, 'a number'));
    }
    if (integer === true && !Number.isSafeInteger(value)) {
      throw this.wrong(key, `invalid value (got ${String(value)}, expected a whole number)`);
    }
    if (value < (min ?? -Infinity) || value > (max ?? Infinity)) {
      throw this.wrong(
        key,
        `out of range (got ${String(value)}, expected ${String(min ?? '−∞')} to ${String(max ?? '∞')})`,
      );
    }
    return value;
  }
}

/** Error text for a value of the wrong kind; long values are cut. */
function wrongKind(value: unknown, expected: string): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  const got = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return `wrong kind of value (got ${got}, expected ${expected})`;
}
