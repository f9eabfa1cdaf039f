const START_A = 0x811c9dc5;
const START_B = 0x9e3779b9;
const FACTOR_A = 0x01000193;
const FACTOR_B = 0x85ebca6b;

/**
 * A digest of 64 bits: tells apart what differs by accident, not what was made to look alike.
 *
 * @param words - The bits to be told apart.
 * @returns 16 hexadecimal digits.
 */
export function digestOf(words: Int32Array): string {
  let a = START_A;
  let b = START_B;
  // by index, because the first compilation should not wait for an iterator to be optimised
  // eslint-disable-next-line @typescript-eslint/prefer-for-of
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i], FACTOR_A);
    b = Math.imul(((b << 5) | (b >>> 27)) ^ words[i], FACTOR_B);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The digest of the bits of floats. */
export function digestOfFloats(floats: Float32Array): string {
  return digestOf(new Int32Array(floats.buffer, floats.byteOffset, floats.length));
}

/** The digest of a text. */
export function digestOfText(text: string): string {
  return digestOf(Int32Array.from(text, (_, i) => text.charCodeAt(i)));
}
