import { ParseError } from '../../core/errors.js';

/** Kind of a token; `float` is a number that is not an integer literal. */
export type TokenKind = 'word' | 'integer' | 'float' | 'string' | 'symbol' | 'end';

/** A piece of text: a word, a number, a string, or one symbol. */
export interface Token {
  readonly kind: TokenKind;
  /** Text as written, or the decoded content of a string. */
  readonly text: string;
  /** Offset of its start in UTF-16 units. */
  readonly at: number;
}

/** An invalid text-format message. Line and column count from 1, columns in UTF-16 units. */
export class TextFormatError extends ParseError {
  /** `TextFormatError`. */
  override name = 'TextFormatError';
  /** Line of the first error. */
  readonly line: number;
  /** Column of the first error. */
  readonly column: number;

  constructor(source: string, text: string, at: number, reason: string) {
    let line = 1;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', start)) {
      line++;
      start = end + 1;
    }
    const column = at - start + 1;
    super(source, at, `${String(line)}:${String(column)}: ${reason}`);
    this.line = line;
    this.column = column;
  }
}

const ESCAPES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    a: 7,
    b: 8,
    f: 12,
    n: 10,
    r: 13,
    t: 9,
    v: 11,
    '\\': 92,
    '?': 63,
    "'": 39,
    '"': 34,
  }),
);
/** Numeric escapes: pattern of the digits, and base. */
const CODES: ReadonlyMap<string, readonly [digits: RegExp, base: number]> = new Map([
  ['x', [/[\da-fA-F]{1,2}/y, 16]],
  ['u', [/[\da-fA-F]{4}/y, 16]],
  ['U', [/[\da-fA-F]{8}/y, 16]],
]);
const OCTAL = /[0-7]{1,3}/y;
const BLANKS = /[ \t\r\n\v\f]*/y;
const COMMENT = /#[^\n]*/y;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Characters of a string other than escapes. */
const PLAIN = /[^"'\\\n]+/y;
const WORD = /[A-Za-z_]\w*/y;
const NUMBER = /0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y;

/** Splits protobuf's text format into tokens, with one token of look-ahead. */
export class TextLexer {
  /** Current token. */
  token: Token;
  readonly #source: string;
  readonly #text: string;
  #at = 0;

  constructor(source: string, text: string) {
    this.#source = source;
    this.#text = text;
    this.token = this.#read();
  }

  /** @throws {@link TextFormatError} always, at the current token or the given offset. */
  fail(reason: string, at: number = this.token.at): never {
    throw new TextFormatError(this.#source, this.#text, at, reason);
  }

  /** True if the current token is a string. */
  isAtString(): boolean {
    return this.token.kind === 'string';
  }

  /** Returns the current token and advances to the next. */
  next(): Token {
    const { token } = this;
    this.token = this.#read();
    return token;
  }

  /** If the current token is this symbol or word, advances and returns true. */
  accept(text: string): boolean {
    const { kind } = this.token;
    if (this.token.text !== text || kind === 'string' || kind === 'end') return false;
    this.next();
    return true;
  }

  #read(): Token {
    // In two steps: one pattern for both would keep a backtracking point for each of a million comments.
    do this.#match(BLANKS);
    while (this.#match(COMMENT) !== null);
    const at = this.#at;
    if (at >= this.#text.length) return { kind: 'end', text: '', at };
    const word = this.#match(WORD);
    if (word !== null) return { kind: 'word', text: word, at };
    const number = this.#match(NUMBER);
    if (number !== null) return this.#number(number, at);
    const sign = this.#text[at];
    if (sign === '"' || sign === "'") return { kind: 'string', text: this.#string(sign), at };
    if (sign < ' ' || sign === '\x7f') this.fail('unexpected control character', at);
    this.#at++;
    return { kind: 'symbol', text: sign, at };
  }

  #number(text: string, at: number): Token {
    if (this.#match(WORD) !== null)
      this.fail('unexpected letters after a number', at + text.length);
    if (/^0\d*[89]/.test(text) && /^\d+$/.test(text)) this.fail('invalid octal digit', at + 1);
    return { kind: /^(?:0[xX]|\d+$)/.test(text) ? 'integer' : 'float', text, at };
  }

  /** Content of a quoted string: bytes, decoded as UTF-8. */
  #string(quote: string): string {
    const start = this.#at++;
    const bytes: string[] = []; // a character of code 0 to 255 for each
    for (;;) {
      const plain = this.#match(PLAIN);
      if (plain !== null) bytes.push(Buffer.from(plain).toString('latin1'));
      if (this.#at >= this.#text.length) this.fail('unterminated string');
      const sign = this.#text[this.#at];
      if (sign === '\n') this.fail('unterminated string: line break', this.#at);
      this.#at++;
      if (sign === quote) break;
      if (sign === '\\') bytes.push(String.fromCharCode(...this.#escape()));
      else bytes.push(sign);
    }
    try {
      return UTF8.decode(Buffer.from(bytes.join(''), 'latin1'));
    } catch {
      return this.fail('string is not UTF-8', start);
    }
  }

  #escape(): Iterable<number> {
    const octal = this.#match(OCTAL);
    if (octal !== null) return [parseInt(octal, 8) & 255];
    const letter = this.#text[this.#at] ?? '';
    const byte = ESCAPES.get(letter);
    if (byte !== undefined) {
      this.#at++;
      return [byte];
    }
    const [digits, base] = CODES.get(letter) ?? this.fail('invalid escape sequence', this.#at);
    this.#at++;
    const code = parseInt(
      this.#match(digits) ?? this.fail('invalid escape sequence', this.#at),
      base,
    );
    if (letter === 'x') return [code];
    if (code > 0x10ffff) this.fail('invalid character code', this.#at);
    return new TextEncoder().encode(String.fromCodePoint(code));
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }
}
