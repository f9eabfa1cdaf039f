/** Memory for maps and workspaces: of one plan, or a block in which several plans take turns. */
import type { WasmBackend } from '../../backend/wasm/index.js';

/** The memory of one plan for its maps and workspaces. */
export interface ActivationBlock {
  /**
   * Returns the byte address of `bytes` bytes, which are the plan's until another plan takes its turn. Their
   * contents are arbitrary. Later calls must not ask for more than the first.
   */
  take(bytes: number): number;
  /** Bytes that are held for this plan alone. */
  ownBytes(): number;
  /** Frees the memory, or leaves the shared block. */
  release(): void;
}

/** Returns memory for one plan alone; it frees bytes that are no longer needed. */
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
 * A block of memory in which plans of different sizes take turns. It is as long as the largest plan needs,
 * so one more plan adds little.
 *
 * Sharing changes no bit. A result that {@link Plan.runInPlace} returns is lost as soon as another of
 * the plans runs.
 */
export class ActivationMemory {
  readonly #backend: WasmBackend;
  /** Bytes that each plan needs. */
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
   * Returns a plan's part of the memory.
   *
   * @param bytes - Most bytes that the plan takes.
   * @throws {@link FcnError} if memory is exhausted; the other plans keep theirs.
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

  /** Returns the address of the block, which is allocated again if it was too short or freed. */
  #address(): number {
    const most = Math.max(...this.#needs.values());
    const live = this.#liveBlock();
    if (live !== null && live.byteLength >= most) return live.byteOffset;
    if (live !== null) this.#backend.free(live);
    this.#block = null;
    this.#block = this.#backend.arena.alloc(most / 4);
    return this.#block.byteOffset;
  }

  /** Shrinks the block to the size that the remaining plans need. */
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
