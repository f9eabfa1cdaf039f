/** Memory for the maps of plans: one's own, or a block in which several take turns. */
import type { WasmBackend } from '../../backend/wasm/index.js';

/** Memory in which a plan keeps maps and workspaces while it runs. */
export interface ActivationBlock {
  /**
   * The byte address of so many bytes, all the plan's own until another one takes its turn. Their contents
   * are arbitrary. No more than at the first time.
   */
  take(bytes: number): number;
  /** Bytes that are held for this plan alone. */
  ownBytes(): number;
  /** Gives up the memory. */
  release(): void;
}

/** Memory of one plan, which gives back what it no longer needs. */
export function ownActivations(backend: WasmBackend): ActivationBlock {
  let block: Float32Array | null = null;
  return {
    take(bytes) {
      block =
        block === null ? backend.arena.alloc(bytes / 4) : backend.arena.shrink(block, bytes / 4);
      return block.byteOffset;
    },
    ownBytes: () => block?.byteLength ?? 0,
    release() {
      if (block !== null && backend.isLive(block)) backend.free(block);
      block = null;
    },
  };
}

/**
 * A block of memory that plans of different sizes take turns in, as long as the one that needs most: a
 * further plan adds little to it.
 *
 * None of their bits changes. A result that {@link Plan.runInPlace} gives is lost as soon as another of
 * the plans runs.
 */
export class ActivationMemory {
  readonly #backend: WasmBackend;
  /** What each plan needs, in bytes. */
  readonly #needs = new Map<ActivationBlock, number>();
  #block: Float32Array | null = null;

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /** Bytes of the block. */
  get bytes(): number {
    return this.#block?.byteLength ?? 0;
  }

  /**
   * A plan's part in the memory.
   *
   * @param bytes - The most that it will take.
   * @throws {@link FcnError} if there is not so much; the other plans still have what they need.
   */
  join(bytes: number): ActivationBlock {
    const part: ActivationBlock = {
      take: () => this.#address(),
      ownBytes: () => 0,
      release: () => {
        this.#needs.delete(part);
        this.#giveBack();
      },
    };
    this.#needs.set(part, bytes);
    try {
      this.#address();
    } catch (error) {
      this.#needs.delete(part);
      throw error;
    }
    return part;
  }

  /** Where the block is: somewhere else, if it was too short, or freed with everything else. */
  #address(): number {
    const most = Math.max(...this.#needs.values());
    const live = this.#liveBlock();
    if (live !== null && live.byteLength >= most) return live.byteOffset;
    if (live !== null) this.#backend.free(live);
    this.#block = null;
    this.#block = this.#backend.arena.alloc(most / 4);
    return this.#block.byteOffset;
  }

  /** Keeps of the block what the plans that are left need. */
  #giveBack(): void {
    const live = this.#liveBlock();
    if (live === null) return;
    const most = Math.max(0, ...this.#needs.values());
    if (most === 0) this.#backend.free(live);
    this.#block = most === 0 ? null : this.#backend.arena.shrink(live, most / 4);
  }

  #liveBlock(): Float32Array | null {
    return this.#block !== null && this.#backend.isLive(this.#block) ? this.#block : null;
  }
}
