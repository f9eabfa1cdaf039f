import assert from 'node:assert/strict';
import type { FloatArray } from '../../src/backend/attributes.js';
import type { Backend } from '../../src/backend/backend.js';

/** Guard words on each side of a buffer, which must not change; 64 bytes keep the alignment. */
const GUARDS = 16;

const GUARD = -1.2345678e30;

/** A backend that checks writes outside its buffers. */
export interface GuardedBackend extends Backend {
  /** @throws AssertionError if a guard word changed since the mark. */
  checkGuards(): void;
}

/**
 * Wraps a backend: buffers are between guard words and start filled with `poison`, so that values a kernel
 * does not write, or writes outside a buffer, are detected.
 *
 * @param poison - Contents of a new buffer; two backends with different values disagree if an output was
 *   not overwritten.
 */
export function guarded(inner: Backend, poison: number): GuardedBackend {
  const whole = new Map<FloatArray, FloatArray>();
  const allocFilled = (length: number, value: number): FloatArray => {
    const buffer = inner.alloc(length + 2 * GUARDS).fill(GUARD);
    const view = buffer.subarray(GUARDS, GUARDS + length).fill(value);
    whole.set(view, buffer);
    return view;
  };
  return {
    ...inner,
    name: `guarded-${inner.name}`,
    alloc: (length) => allocFilled(length, poison),
    allocZeros: (length) => allocFilled(length, 0),
    isLive: (view) => whole.has(view),
    free(view) {
      const buffer = whole.get(view);
      assert(buffer, 'free: not a live buffer');
      checkOne(buffer);
      whole.delete(view);
      inner.free(buffer);
    },
    release(mark) {
      inner.release(mark);
      for (const [view, buffer] of whole) if (!inner.isLive(buffer)) whole.delete(view);
    },
    checkGuards() {
      for (const buffer of whole.values()) checkOne(buffer);
    },
  };
}

function checkOne(buffer: FloatArray): void {
  const guard = buffer instanceof Float32Array ? Math.fround(GUARD) : GUARD;
  for (let i = 0; i < GUARDS; i++) {
    assert.equal(buffer[i], guard, `guard word ${String(GUARDS - i)} before a buffer was written`);
    const after = buffer[buffer.length - GUARDS + i];
    assert.equal(after, guard, `guard word ${String(i + 1)} after a buffer was written`);
  }
}
