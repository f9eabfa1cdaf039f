import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import type { Module } from '../nn/module.js';
import { asNetwork, type Network } from '../nn/network.js';
import { compile, type CompileOptions } from '../plan/compile.js';
import { ActivationMemory } from '../plan/memory/activation-memory.js';
import type { Plan, PlanMode } from '../plan/plan.js';
import type { PackedWeights } from '../plan/memory/weight-store.js';

/** What a {@link PlanCache} is made of. */
export interface PlanCacheOptions {
  /** Where plans run. */
  readonly backend: WasmBackend;
  /** What is compiled: takes `[1, channels, height, width]` of each input. */
  readonly network: Module | Network;
  /** Channels of its inputs, in its order; default: one input of three. */
  readonly channels?: readonly number[];
  /** How plans compute. */
  readonly mode: PlanMode;
  /** The network's weights, if it has none of its own. */
  readonly weights?: NamedArrays;
  /** Weights that were packed before. */
  readonly packed?: PackedWeights;
  /** Most bytes that a plan may take, weights included; then no other plan is kept beside it. */
  readonly memory?: number;
  /**
   * Memory that the plans which are kept may take together, maps that they take turns in included; the
   * last one used is always kept.
   */
  readonly budgetBytes: number;
}

/**
 * Plans of a network by the size of the image; those that waited longest are given up first. They take
 * turns in the memory of their maps, so that one more of much the same size takes little.
 */
export class PlanCache {
  readonly #network: Module | Network;
  readonly #channels: readonly number[];
  readonly #budgetBytes: number;
  readonly #options: CompileOptions;
  readonly #maps: ActivationMemory;
  /** In the order of their last use. */
  readonly #plans = new Map<string, Plan>();

  constructor({ network, channels = [3], budgetBytes, ...options }: PlanCacheOptions) {
    this.#network = network;
    this.#channels = channels;
    this.#budgetBytes = budgetBytes;
    this.#maps = new ActivationMemory(options.backend);
    this.#options = { ...options, activationMemory: this.#maps };
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
