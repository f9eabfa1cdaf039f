import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import type { Module } from '../nn/module.js';
import { asNetwork, type Network } from '../nn/network.js';
import { compile, type CompileOptions } from '../plan/compile.js';
import { ActivationMemory } from '../plan/memory/activation-memory.js';
import type { Plan, PlanMode } from '../plan/plan.js';
import type { PackedWeights } from '../plan/memory/weight-store.js';

/** Options of a {@link PlanCache}. */
export interface PlanCacheOptions {
  /** Backend on which the plans run. */
  readonly backend: WasmBackend;
  /** Network that is compiled; each input is `[1, channels, height, width]`. */
  readonly network: Module | Network;
  /** Channels of the inputs, in the network's order; default: one input of three channels. */
  readonly channels?: readonly number[];
  /** Mode of the plans. */
  readonly mode: PlanMode;
  /** Weights for a network without numbers. */
  readonly weights?: NamedArrays;
  /** Weights that are packed already. */
  readonly packed?: PackedWeights;
  /** Most bytes of a plan, weights included; if given, only one plan is kept. */
  readonly memory?: number;
  /**
   * Most bytes of all kept plans together, their shared maps included; the plan that was used last is always
   * kept.
   */
  readonly budgetBytes: number;
}

/**
 * Plans of a network by the size of the image; the least recently used ones are dropped first. They share the memory
 * of their maps, so that a further plan of a similar size needs little.
 */
export class PlanCache {
  readonly #network: Module | Network;
  readonly #channels: readonly number[];
  readonly #budgetBytes: number;
  readonly #options: CompileOptions;
  readonly #maps: ActivationMemory;
  /** Plans in the order of their last use. */
  readonly #plans = new Map<string, Plan>();

  constructor({ network, channels = [3], budgetBytes, ...options }: PlanCacheOptions) {
    this.#network = network;
    this.#channels = channels;
    this.#budgetBytes = budgetBytes;
    this.#maps = new ActivationMemory(options.backend);
    this.#options = { ...options, activationMemory: this.#maps };
  }

  /**
   * Returns the plan for images of a size; it is valid until the next call.
   *
   * @throws {@link MemoryBudgetError} if it exceeds the budget; {@link FcnError} if it does not fit in memory, even
   *   without other plans.
   */
  planFor(height: number, width: number): Plan {
    const key = `${String(height)}×${String(width)}`;
    const plan = this.#plans.get(key) ?? this.#compile(height, width);
    this.#plans.delete(key);
    this.#plans.set(key, plan);
    this.#trim();
    return plan;
  }

  /** Drops all plans. */
  dispose(): void {
    for (const plan of this.#plans.values()) plan.dispose();
    this.#plans.clear();
  }

  #compile(height: number, width: number): Plan {
    const names = asNetwork(this.#network).inputs;
    const shapes = new Map(names.map((name, i) => [name, [1, this.#channels[i], height, width]]));
    if (this.#options.memory !== undefined) this.dispose();
    try {
      return compile(this.#network, shapes, this.#options);
    } catch (error) {
      if (!(error instanceof FcnError) || this.#plans.size === 0) throw error;
      this.dispose();
      return compile(this.#network, shapes, this.#options);
    }
  }

  #trim(): void {
    for (const [key, plan] of this.#plans) {
      if (this.#bytes() <= this.#budgetBytes || this.#plans.size === 1) return;
      plan.dispose();
      this.#plans.delete(key);
    }
  }

  #bytes(): number {
    return [...this.#plans.values()].reduce((sum, plan) => sum + plan.ownBytes, this.#maps.bytes);
  }
}
