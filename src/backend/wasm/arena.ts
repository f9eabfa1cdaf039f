import { FcnError } from '../../core/errors.js';
import type { MemoryMark } from '../backend.js';

/** Alignment of buffers in bytes: a cache line. */
const ALIGNMENT = 64;

const PAGE_BYTES = 65536;

/** A range of memory, in bytes. */
interface Block {
  start: number;
  end: number;
  /** Number of the allocation, ascending. */
  readonly serial: number;
}

/**
 * Allocates buffers in one WebAssembly memory, which never grows: no view is ever detached, and pages
 * cost nothing until they are touched. First fit, in address order; adjacent free ranges are merged.
 */
export class Arena {
  /** The memory that kernels work in. */
  readonly memory: WebAssembly.Memory;
  /** Highest end of all buffers allocated so far, in bytes: an upper bound of the touched memory. */
  highWaterBytes = 0;
  readonly #live = new Map<ArrayBufferView, Block>();
  /** Free ranges in address order; no two are adjacent. */
  readonly #gaps: { start: number; end: number }[];
  #serial = 0;

  /**
   * @param capacityBytes - Bytes reserved; the first cache line stays unused, so 0 is never an address.
   * @param shared - True for memory that several threads can use.
   * @throws {@link FcnError} if the capacity is not above 0 or the address space cannot be reserved.
   */
  constructor(capacityBytes: number, shared = false) {
    if (!(capacityBytes > 0))
      throw new FcnError(
        `arena: invalid capacity (got ${String(capacityBytes)} bytes, expected more than 0)`,
      );
    const pages = Math.ceil(capacityBytes / PAGE_BYTES);
    try {
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    } catch (cause) {
      throw new FcnError(
        `arena: cannot reserve ${String(capacityBytes)} bytes; set a smaller capacityBytes`,
        { cause },
      );
    }
    this.#gaps = [{ start: ALIGNMENT, end: this.memory.buffer.byteLength }];
  }

  /**
   * Allocates a float32 buffer; its contents are arbitrary.
   *
   * @throws {@link FcnError} if no free range is long enough, or the length is not a whole number ≥ 0.
   */
  alloc(length: number): Float32Array {
    if (!(Number.isInteger(length) && length >= 0)) {
      throw new FcnError(`arena: invalid length (got ${String(length)}, expected a whole number)`);
    }
    const bytes = Math.max(ALIGNMENT, Math.ceil((length * 4) / ALIGNMENT) * ALIGNMENT);
    const at = this.#gaps.findIndex((gap) => gap.end - gap.start >= bytes);
    if (at < 0) {
      throw new FcnError(
        `arena: out of memory (need ${String(bytes)} bytes, ${String(this.liveBytes())} of ` +
          `${String(this.memory.buffer.byteLength)} in use); set a larger capacityBytes`,
      );
    }
    const gap = this.#gaps[at];
    const block = { start: gap.start, end: gap.start + bytes, serial: ++this.#serial };
    if (block.end === gap.end) this.#gaps.splice(at, 1);
    else gap.start = block.end;
    this.highWaterBytes = Math.max(this.highWaterBytes, block.end);
    const view = new Float32Array(this.memory.buffer, block.start, length);
    this.#live.set(view, block);
    return view;
  }

  /**
   * Allocates a float32 buffer filled with zeros. Memory above the high-water mark is zero already and is
   * not touched, so it costs nothing until it is written.
   */
  allocZeros(length: number): Float32Array {
    const usedBytes = this.highWaterBytes;
    const view = this.alloc(length);
    return view.fill(0, 0, Math.max(0, usedBytes - view.byteOffset) / 4);
  }

  /** Frees a buffer. @throws {@link FcnError} if the buffer is not a live one of this arena. */
  free(view: ArrayBufferView): void {
    const block = this.#live.get(view);
    if (block === undefined) throw new FcnError('free: not a live buffer of this arena');
    this.#live.delete(view);
    const after = this.#gaps.findIndex((gap) => gap.start >= block.end);
    const at = after < 0 ? this.#gaps.length : after;
    const previous = this.#gaps.at(at - 1);
    const next = this.#gaps.at(at);
    if (at > 0 && previous?.end === block.start) {
      previous.end = block.end;
      if (next?.start === block.end) {
        previous.end = next.end;
        this.#gaps.splice(at, 1);
      }
    } else if (next?.start === block.end) next.start = block.start;
    else this.#gaps.splice(at, 0, { start: block.start, end: block.end });
  }

  /**
   * Frees the end of a buffer. The rest keeps its address and its order relative to marks.
   *
   * @returns The remaining buffer; the old buffer object counts as freed.
   * @throws {@link FcnError} if the buffer is not a live one of this arena, or shorter than `length`.
   */
  shrink(view: ArrayBufferView, length: number): Float32Array {
    const block = this.#live.get(view);
    const bytes = Math.max(ALIGNMENT, Math.ceil((length * 4) / ALIGNMENT) * ALIGNMENT);
    if (block === undefined || !(bytes <= block.end - block.start)) {
      throw new FcnError(`shrink: not a live buffer of this arena of ${String(length)} floats`);
    }
    const { start, end, serial } = block;
    const left = new Float32Array(this.memory.buffer, start, length);
    this.#live.set(left, { start, end: start + bytes, serial });
    if (start + bytes === end) this.#live.delete(view);
    else {
      block.start = start + bytes;
      this.free(view);
    }
    return left;
  }

  /** True until the buffer is freed. */
  isLive(view: ArrayBufferView): boolean {
    return this.#live.has(view);
  }

  /** Returns the current position, for {@link Arena.release}. */
  mark(): MemoryMark {
    return this.#serial;
  }

  /** Frees all live buffers allocated since the mark. */
  release(mark: MemoryMark): void {
    for (const [view, block] of [...this.#live]) if (block.serial > mark) this.free(view);
  }

  /** Total size of live buffers. */
  liveBytes(): number {
    let sum = 0;
    for (const { start, end } of this.#live.values()) sum += end - start;
    return sum;
  }
}
