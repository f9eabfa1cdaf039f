const START_A = 0x811c9dc5;
const START_B = 0x9e3779b9;
const FACTOR_A = 0x01000193;
const FACTOR_B = 0x85ebca6b;

/** Exponent bits of a float32: all ones only in infinities and NaN. */
const EXPONENT = 0x7f800000;

/**
 * A digest of 64 bits. It detects accidental changes, not deliberate ones.
 *
 * It has two halves, of the even and of the odd words, which a processor computes in parallel: digesting
 * 100 million weights must take little time.
 */
export class Digest {
  #a: number;
  #b = START_B;
  #infinite = false;

  /** @param length - Total number of words, in one part or several. */
  constructor(length: number) {
    this.#a = START_A ^ length;
  }

  /** Adds the next words: an even number, except for the last part. */
  update(words: Int32Array): void {
    let [a, b] = [this.#a, this.#b];
    let infinite = 0;
    const pairs = words.length - (words.length % 2);
    for (let i = 0; i < pairs; i += 2) {
      const [even, odd] = [words[i], words[i + 1]];
      a = Math.imul(((a << 7) | (a >>> 25)) ^ even, FACTOR_A);
      b = Math.imul(((b << 9) | (b >>> 23)) ^ odd, FACTOR_B);
      infinite |= (((even & EXPONENT) + 0x800000) | ((odd & EXPONENT) + 0x800000)) & 0x80000000;
    }
    if (pairs < words.length) {
      a = Math.imul(((a << 7) | (a >>> 25)) ^ words[pairs], FACTOR_A);
      infinite |= ((words[pairs] & EXPONENT) + 0x800000) & 0x80000000;
    }
    this.#a = a;
    this.#b = b;
    this.#infinite ||= infinite !== 0;
  }

  /** False if one of the words is an infinite float32 or NaN. */
  get finite(): boolean {
    return !this.#infinite;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** The digest of the bits of floats. */
export function digestOfFloats(floats: Float32Array): string {
  const digest = new Digest(floats.length);
  digest.update(new Int32Array(floats.buffer, floats.byteOffset, floats.length));
  return digest.toString();
}

/** The digest of a text. */
export function digestOfText(text: string): string {
  const digest = new Digest(text.length);
  digest.update(Int32Array.from(text, (_, i) => text.charCodeAt(i)));
  return digest.toString();
}
