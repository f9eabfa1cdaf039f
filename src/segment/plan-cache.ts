import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import type { Module } from '../nn/module.js';
import type { Network } from '../nn/network.js';
import { compile } from '../plan/compile.js';
import type { Plan, PlanMode } from '../plan/plan.js';
import type { PackedWeights } from '../plan/steps/weight-store.js';

/** What a {@link PlanCache} is made of. */
export interface PlanCacheOptions {
  /** Where plans run. */
  readonly backend: WasmBackend;
  /** What is compiled: takes `[1, 3, height, width]`. */
  readonly network: Module | Network;
  /** How plans compute. */
  readonly mode: PlanMode;
  /** The network's weights, if it has none of its own. */
  readonly weights?: NamedArrays;
  /** Weights that were packed before. */
  readonly packed?: PackedWeights;
  /** Most bytes that a plan may take, weights included; then no other plan is kept beside it. */
  readonly memory?: number;
  /** Memory that the plans which are kept may take together; the last one used is always kept. */
  readonly budgetBytes: number;
}

/** Plans of a network by the size of the image; those that waited longest are given up first. */
export class PlanCache {
  readonly #options: PlanCacheOptions;
  /** In the order of their last use. */
  readonly #plans = new Map<string, Plan>();

  constructor(options: PlanCacheOptions) {
    this.#options = options;
  }

  /**
   * The plan for images of a size, valid until the next one is asked for.
   *
   * @throws {@link MemoryBudgetError} if it does not fit in the budget; {@link FcnError} if it does not fit
   *   in memory, even alone.
   */
  planFor(height: number, width: number): Plan {
    const key = `${String(height)}×${String(width)}`;
    const plan = this.#plans.get(key) ?? this.#compile(height, width);
    this.#plans.delete(key);
    this.#plans.set(key, plan);
    this.#trim();
    return plan;
  }

  /** Gives up all plans. */
  dispose(): void {
    for (const plan of this.#plans.values()) plan.dispose();
    this.#plans.clear();
  }

  #compile(height: number, width: number): Plan {
    const { network, memory } = this.#options;
    const shape = [1, 3, height, width];
    if (memory !== undefined) this.dispose();
    try {
      return compile(network, shape, this.#options);
    } catch (error) {
      if (!(error instanceof FcnError) || this.#plans.size === 0) throw error;
      this.dispose();
      return compile(network, shape, this.#options);
    }
  }

  #trim(): void {
    let bytes = 0;
    for (const plan of this.#plans.values()) bytes += plan.ownBytes;
    for (const [key, plan] of this.#plans) {
      if (bytes <= this.#options.budgetBytes || this.#plans.size === 1) return;
      bytes -= plan.ownBytes;
      plan.dispose();
      this.#plans.delete(key);
    }
  }
}
