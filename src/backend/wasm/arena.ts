import { FcnError } from '../../core/errors.js';
import type { MemoryMark } from '../backend.js';

/** Buffers start at multiples of this: a cache line. */
const ALIGNMENT = 64;

const PAGE_BYTES = 65536;

/** A stretch of memory. */
interface Block {
  start: number;
  end: number;
  /** Grows with every allocation. */
  readonly serial: number;
}

/**
 * Hands out pieces of one WebAssembly memory, which never grows: no view is ever detached, and pages
 * cost nothing until they are touched. First fit, in address order; neighbours merge when freed.
 */
export class Arena {
  /** The memory that kernels work in. */
  readonly memory: WebAssembly.Memory;
  /** End of the highest buffer ever handed out, in bytes: what the process had to touch. */
  highWaterBytes = 0;
  readonly #live = new Map<ArrayBufferView, Block>();
  /** Free stretches in address order, never touching each other. */
  readonly #gaps: { start: number; end: number }[];
  #serial = 0;

  /**
   * @param capacityBytes - Bytes reserved; the first cache line stays unused, so that 0 is no address.
   * @param shared - True for memory that several threads can work in.
   * @throws {@link FcnError} if it is not above 0 or the machine does not give that much address space.
   */
  constructor(capacityBytes: number, shared = false) {
    if (!(capacityBytes > 0)) throw new FcnError(`no memory has ${String(capacityBytes)} bytes`);
    const pages = Math.ceil(capacityBytes / PAGE_BYTES);
    try {
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    } catch (cause) {
      throw new FcnError(`cannot reserve ${String(capacityBytes)} bytes for tensors`, { cause });
    }
    this.#gaps = [{ start: ALIGNMENT, end: this.memory.buffer.byteLength }];
  }

  /**
   * A buffer of float32, its contents arbitrary.
   *
   * @throws {@link FcnError} if no free stretch is long enough, or the length is no count.
   */
  alloc(length: number): Float32Array {
    if (!(Number.isInteger(length) && length >= 0)) {
      throw new FcnError(`alloc: ${String(length)} is not a number of floats`);
    }
    const bytes = Math.max(ALIGNMENT, Math.ceil((length * 4) / ALIGNMENT) * ALIGNMENT);
    const at = this.#gaps.findIndex((gap) => gap.end - gap.start >= bytes);
    if (at < 0) {
      throw new FcnError(
        `out of memory: ${String(bytes)} bytes wanted, ${String(this.liveBytes())} of ` +
          `${String(this.memory.buffer.byteLength)} are in use`,
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
   * The same, filled with zeros. Memory that no buffer has had before holds nothing else and is left alone,
   * so that it costs nothing until it is written.
   */
  allocZeros(length: number): Float32Array {
    const usedBytes = this.highWaterBytes;
    const view = this.alloc(length);
    return view.fill(0, 0, Math.max(0, usedBytes - view.byteOffset) / 4);
  }

  /** @throws {@link FcnError} if the buffer is not one of this arena's, or was freed before. */
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
   * Gives back the end of a buffer. What is left keeps its place, and its age among marks.
   *
   * @returns What is left; the buffer itself counts as freed.
   * @throws {@link FcnError} if the buffer is not a live one of this arena's, or shorter than that.
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

  /** The present moment, for {@link Arena.release}. */
  mark(): MemoryMark {
    return this.#serial;
  }

  /** Frees everything allocated since the mark. */
  release(mark: MemoryMark): void {
    for (const [view, block] of [...this.#live]) if (block.serial > mark) this.free(view);
  }

  /** Bytes in live buffers. */
  liveBytes(): number {
    let sum = 0;
    for (const { start, end } of this.#live.values()) sum += end - start;
    return sum;
  }
}
