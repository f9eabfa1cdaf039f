import { memorySource, type ByteSource } from '../byte-source.js';

/** Array of numbers that can be overwritten. */
export interface NumberTarget extends ArrayLike<number> {
  [index: number]: number;
  /** Overwrites the numbers from `offset` on. */
  set(values: ArrayLike<number>, offset?: number): void;
}

/** A run of numbers in the file. */
interface PackedRun {
  /** Offset of the first one. */
  readonly at: number;
  readonly count: number;
}

/** Number of elements that are converted at a time. */
const CHUNK = 1 << 16;

/**
 * The numbers of a blob, which stay in their file until they are needed: usually one packed run, but a file may
 * hold several runs and single numbers.
 */
export class BlobNumbers {
  readonly #source: ByteSource;
  readonly #bytesEach: 4 | 8;
  readonly #runs: (PackedRun | number[])[] = [];
  #length = 0;

  /** @param bytesEach - 4 for floats, 8 for doubles, which are rounded to floats except by {@link BlobNumbers.toDoubles}. */
  constructor(source: ByteSource, bytesEach: 4 | 8) {
    this.#source = source;
    this.#bytesEach = bytesEach;
  }

  /** Number of elements. */
  get length(): number {
    return this.#length;
  }

  /** Adds the numbers from byte `at` of the source on. */
  addRun(at: number, count: number): void {
    this.#length += count;
    if (count > 0) this.#runs.push({ at, count });
  }

  /** Adds a number in memory. */
  addNumber(value: number): void {
    this.#length++;
    const last = this.#runs.at(-1);
    const number = this.#bytesEach === 4 ? Math.fround(value) : value;
    if (Array.isArray(last)) last.push(number);
    else this.#runs.push([number]);
  }

  /** Writes all numbers, rounded to floats, to the start of `target`. */
  copyTo(target: NumberTarget): void {
    let start = 0;
    for (const run of this.#runs) {
      if (Array.isArray(run)) {
        target.set(Float32Array.from(run), start);
        start += run.length;
        continue;
      }
      if (this.#bytesEach === 4 && target instanceof Float32Array) {
        this.#source.copy(run.at, bytesOf(target.subarray(start, start + run.count)));
      } else this.#convert(run, target, start);
      start += run.count;
    }
  }

  /** Fills `target` with the numbers from `begin` on, rounded to floats. */
  read(begin: number, target: Float32Array): void {
    let start = 0;
    for (const run of this.#runs) {
      const count = Array.isArray(run) ? run.length : run.count;
      const from = Math.max(begin, start);
      const to = Math.min(begin + target.length, start + count);
      if (from < to) this.#readRun(run, from - start, target.subarray(from - begin, to - begin));
      start += count;
    }
  }

  /** All numbers, copied. */
  toFloats(): Float32Array {
    const floats = new Float32Array(this.#length);
    this.copyTo(floats);
    return floats;
  }

  /** All numbers, copied, none rounded. */
  toDoubles(): Float64Array {
    const doubles = new Float64Array(this.#length);
    let start = 0;
    for (const run of this.#runs) {
      if (Array.isArray(run)) {
        doubles.set(run, start);
        start += run.length;
        continue;
      }
      const end = start + run.count;
      if (this.#bytesEach === 8) this.#source.copy(run.at, bytesOf(doubles.subarray(start, end)));
      else this.#convert(run, doubles, start);
      start = end;
    }
    return doubles;
  }

  #readRun(run: PackedRun | number[], begin: number, target: Float32Array): void {
    if (Array.isArray(run)) {
      target.set(run.slice(begin, begin + target.length));
      return;
    }
    const at = run.at + begin * this.#bytesEach;
    if (this.#bytesEach === 4) this.#source.copy(at, bytesOf(target));
    else this.#convert({ at, count: target.length }, target, 0);
  }

  #convert({ at, count }: PackedRun, target: NumberTarget, start: number): void {
    for (let done = 0; done < count; done += CHUNK) {
      const size = Math.min(CHUNK, count - done);
      const numbers = this.#bytesEach === 4 ? new Float32Array(size) : new Float64Array(size);
      this.#source.copy(at + done * this.#bytesEach, bytesOf(numbers));
      target.set(Float32Array.from(numbers), start + done);
    }
  }
}

/** Wraps numbers in memory, which must not change. */
export function numbersInMemory(values: Float32Array): BlobNumbers {
  const runs = new BlobNumbers(memorySource(bytesOf(values), 'memory'), 4);
  runs.addRun(0, values.length);
  return runs;
}

/** Bytes of the numbers; files are little-endian, and so is every machine that runs WASM. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
