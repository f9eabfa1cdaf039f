import { createWasmBackend, type WasmBackend } from '../../src/backend/wasm/index.js';
import { loadKernels, type Kernels } from '../../src/backend/wasm/load.js';
import type { Rng } from '../../src/core/rng.js';
import type { Shape } from '../../src/core/shape.js';
import { mapGeometry, placeMap, type PlacedMap } from '../../src/plan/memory/map-buffer.js';
import type { Border } from '../../src/plan/memory/border.js';
import type { Job } from '../../src/plan/algorithms/job.js';
import type { Packer } from '../../src/plan/memory/packing.js';
import { guarded, type GuardedBackend } from './guarded.js';

const CAPACITY_BYTES = 64 * 2 ** 20;

/** Contents of new buffers: a kernel must neither read nor keep it. */
const POISON = NaN;

/** Memory and kernels for jobs; buffers are between guard words. */
export class JobBench {
  readonly #wasm: WasmBackend;
  readonly #kernels: Kernels;
  readonly #guarded: GuardedBackend;

  private constructor(wasm: WasmBackend, kernels: Kernels) {
    this.#wasm = wasm;
    this.#kernels = kernels;
    this.#guarded = guarded(wasm, POISON);
  }

  static async create(): Promise<JobBench> {
    const wasm = await createWasmBackend({ capacityBytes: CAPACITY_BYTES });
    return new JobBench(wasm, await loadKernels(wasm.arena.memory));
  }

  /** Arena for kernels without jobs. */
  get kernels(): Kernels {
    return this.#kernels;
  }

  /** Packer of weights in that memory. */
  get packer(): Packer {
    return this.#wasm;
  }

  /** Calls a function, then checks that no guard word changed and frees what it allocated. */
  use(work: () => void): void {
    const mark = this.#guarded.mark();
    work();
    this.#guarded.checkGuards();
    this.#guarded.release(mark);
  }

  /** Floats in memory, all NaN. */
  alloc(length: number): Float32Array {
    return this.#guarded.alloc(length) as Float32Array;
  }

  /** Values in memory. */
  put(values: ArrayLike<number>): Float32Array {
    const buffer = this.alloc(values.length);
    buffer.set(values);
    return buffer;
  }

  /** A map filled with NaN, including border and padding channels. */
  map(shape: Shape, border: Border, role?: 'input'): PlacedMap {
    const geometry = mapGeometry(shape, border, role);
    return placeMap(geometry, this.alloc(geometry.length).byteOffset);
  }

  /** A map of `[C, H, W]` values, with zeros in the border and in the padding channels. */
  mapOf(values: ArrayLike<number>, shape: Shape, border: Border, role?: 'input'): PlacedMap {
    const map = this.map(shape, border, role);
    const floats = this.floats(map).fill(0);
    forEachElement(map, (at, i) => (floats[at] = values[i]));
    return map;
  }

  /** The whole buffer of a map. */
  floats(map: PlacedMap): Float32Array {
    return new Float32Array(this.#wasm.arena.memory.buffer, map.buffer, map.length);
  }

  /** The `[C, H, W]` values of a map. */
  read(map: PlacedMap): Float32Array {
    const floats = this.floats(map);
    const values = new Float32Array(map.channels * map.height * map.width);
    forEachElement(map, (at, i) => (values[i] = floats[at]));
    return values;
  }

  /** Expected contents of a map after a job: the values, zeros in padding channels, NaN in the border. */
  expected(values: ArrayLike<number>, map: PlacedMap): Float32Array {
    const floats = new Float32Array(map.length).fill(POISON);
    for (let y = 0; y < map.height; y++) {
      for (let x = 0; x < map.width; x++) {
        const at = map.origin + y * map.rowPitch + x * map.pitch;
        floats.fill(0, at, at + map.pitch);
      }
    }
    forEachElement(map, (at, i) => (floats[at] = values[i]));
    return floats;
  }

  /** Runs all tasks of a job, in random order. */
  run({ kernel, words, tasks }: Job, rng: Rng): void {
    const block = this.alloc(words.length);
    new Int32Array(block.buffer, block.byteOffset, block.length).set(words);
    for (const task of shuffled(tasks, rng)) this.#kernels[kernel](block.byteOffset, task, 0);
  }

  /** Runs one task; returns the words of the job block that it changed. */
  wordsWrittenBy({ kernel, words }: Job, task: number): number[] {
    const block = this.alloc(words.length);
    const after = new Int32Array(block.buffer, block.byteOffset, block.length);
    after.set(words);
    this.#kernels[kernel](block.byteOffset, task, 0);
    return Array.from(words.keys()).filter((i) => after[i] !== words[i]);
  }
}

/** Calls `visit` with each index in the buffer and in `[C, H, W]`. */
function forEachElement(map: PlacedMap, visit: (at: number, i: number) => void): void {
  const { origin, channels, height, width, rowPitch, pitch } = map;
  let i = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) visit(origin + y * rowPitch + x * pitch + c, i++);
}

function shuffled(count: number, rng: Rng): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
