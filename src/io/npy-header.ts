import { ByteReader } from '../core/byte-reader.js';
import type { Shape } from '../core/shape.js';

/** Header of a `.npy` file. */
export interface NpyHeader {
  /** Type of the numbers with its byte order: `<f4`. */
  readonly descr: string;
  /** True if the first index runs fastest. */
  readonly fortranOrder: boolean;
  /** Extents, outermost first. */
  readonly shape: Shape;
}

type Literal = string | boolean | readonly number[];

/** One token of Python: a text in single or double quotes, an integer, a word, or a punctuation mark. */
const TOKEN = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(\d{1,16})L?|(True|False)|([{}(),:]))/y;

/**
 * Parses the header, which is a Python dict literal: `{'descr': '<f4', 'fortran_order': False, 'shape':
 * (2, 3), }`. Nothing is evaluated.
 *
 * @param reader - For errors at the offset of the header.
 * @throws {@link ParseError} on anything but the three keys, each once, with values of their kind.
 */
export function parseNpyHeader(reader: ByteReader, text: string): NpyHeader {
  const fields = parseDict(new Tokens(reader, text));
  const descr = fields.get('descr');
  const fortranOrder = fields.get('fortran_order');
  const shape = fields.get('shape');
  if (
    fields.size !== 3 ||
    typeof descr !== 'string' ||
    typeof fortranOrder !== 'boolean' ||
    typeof shape !== 'object'
  ) {
    return reader.fail('wrong header keys (expected descr, fortran_order and shape)');
  }
  return { descr, fortranOrder, shape };
}

/** Splits a header into tokens. */
class Tokens {
  readonly #reader: ByteReader;
  readonly #text: string;
  #at = 0;

  constructor(reader: ByteReader, text: string) {
    this.#reader = reader;
    this.#text = text.trimEnd();
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  fail(): never {
    return this.#reader.fail('invalid header (expected a dict of texts, numbers, True or False)');
  }

  /** The next token: a text is wrapped in an object, to distinguish it from a punctuation mark. */
  next(): { readonly text: string } | number | boolean | string {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text) ?? this.fail();
    this.#at = TOKEN.lastIndex;
    const [, single, double, digits, word, mark] = match as (string | undefined)[];
    const text = single ?? double;
    if (text !== undefined) return { text };
    if (digits !== undefined) return Number(digits);
    return word === undefined ? (mark ?? this.fail()) : word === 'True';
  }

  expect(mark: string): void {
    if (this.next() !== mark) this.fail();
  }
}

function parseDict(tokens: Tokens): ReadonlyMap<string, Literal> {
  const fields = new Map<string, Literal>();
  tokens.expect('{');
  for (let token = tokens.next(); token !== '}'; token = tokens.next()) {
    if (typeof token !== 'object' || fields.has(token.text)) tokens.fail();
    tokens.expect(':');
    fields.set(token.text, parseValue(tokens));
    const mark = tokens.next();
    if (mark === '}') break;
    if (mark !== ',') tokens.fail();
  }
  if (!tokens.atEnd) tokens.fail();
  return fields;
}

function parseValue(tokens: Tokens): Literal {
  const token = tokens.next();
  if (typeof token === 'object') return token.text;
  if (typeof token === 'boolean') return token;
  return token === '(' ? parseTuple(tokens) : tokens.fail();
}

/** `()`, `(3,)`, `(3, 4)`; also `(3)`, which old writers meant as `(3,)`. */
function parseTuple(tokens: Tokens): number[] {
  const extents: number[] = [];
  for (let token = tokens.next(); token !== ')'; token = tokens.next()) {
    if (typeof token !== 'number') tokens.fail();
    extents.push(token);
    const mark = tokens.next();
    if (mark === ')') break;
    if (mark !== ',') tokens.fail();
  }
  return extents;
}
