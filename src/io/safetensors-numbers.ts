import type { ByteSource } from './byte-source.js';
import { widenBfloat16, widenHalf } from './half.js';
import { elementBytes, type ArrayEntry } from './safetensors-header.js';

/** Fills `target` with the numbers of an array from `begin` on. */
export function readNumbers(
  source: ByteSource,
  { dtype, begin: start }: ArrayEntry,
  begin: number,
  target: Float32Array,
): void {
  const position = start + begin * elementBytes(dtype);
  if (dtype === 'F32') {
    source.copy(position, new Uint8Array(target.buffer, target.byteOffset, target.byteLength));
    return;
  }
  const halves = new Uint16Array(target.length);
  source.copy(position, new Uint8Array(halves.buffer));
  (dtype === 'F16' ? widenHalf : widenBfloat16)(halves, target);
}
