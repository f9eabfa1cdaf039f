const START_A = 0x811c9dc5;
const START_B = 0x9e3779b9;
const FACTOR_A = 0x01000193;
const FACTOR_B = 0x85ebca6b;

/**
 * A digest of 64 bits: tells apart what differs by accident, not what was made to look alike.
 *
 * Two halves, one of the even words and one of the odd ones, because a processor can work on both at
 * once: 100 million weights are to be told apart in a moment.
 *
 * @param words - The bits to be told apart.
 * @returns 16 hexadecimal digits.
 */
function digestOf(words: Int32Array): string {
  let a = START_A ^ words.length;
  let b = START_B;
  const pairs = words.length - (words.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    a = Math.imul(((a << 7) | (a >>> 25)) ^ words[i], FACTOR_A);
    b = Math.imul(((b << 9) | (b >>> 23)) ^ words[i + 1], FACTOR_B);
  }
  if (pairs < words.length) a = Math.imul(((a << 7) | (a >>> 25)) ^ words[pairs], FACTOR_A);
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
