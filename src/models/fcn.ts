import type { Rng } from '../core/rng.js';
import type { Observer } from '../nn/forward-pass.js';
import type { Module } from '../nn/module.js';
import type { WiredNetwork } from '../nn/wired-network.js';
import type { Tensor } from '../tensor/tensor.js';
import type { CompleteSpec } from './network-spec.js';

/**
 * A fully convolutional network: a trunk, scores of its last layer, skips, learnable upsampling.
 *
 * @see Long, Shelhamer, Darrell, CVPR 2015, §4.2 and figure 3.
 */
export class FcnNetwork implements Module {
  /** Description that the network was built from. */
  readonly spec: CompleteSpec;
  readonly #wired: WiredNetwork;

  /** For {@link createNetwork}, which wires the definition of the description. */
  constructor(spec: CompleteSpec, wired: WiredNetwork) {
    this.spec = spec;
    this.#wired = wired;
  }

  /**
   * Scores of every class at every pixel.
   *
   * @param x - Images, `[N, 3, H, W]`, of any extent ≥ 1.
   * @returns `[N, classes, H, W]`.
   * @throws {@link ShapeError} if `x` is not such a batch.
   */
  forward(x: Tensor): Tensor {
    return this.#run(x);
  }

  /** Results of every layer, by its name; `score` is the output. Nothing is freed. */
  forwardNamed(x: Tensor): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    const crops = this.#crops();
    this.#run(x, (name, tensor) => {
      const isUncut = crops.has(name) && [...found.values()].includes(tensor);
      if (!isUncut && tensor !== x) found.set(name, tensor);
    });
    return found;
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return this.#wired.parameters();
  }

  setTraining(training: boolean, rng?: Rng): void {
    this.#wired.setTraining(training, rng);
  }

  #run(x: Tensor, observe?: Observer): Tensor {
    const [input] = this.#wired.inputs;
    const [[, scores]] = this.#wired.run(new Map([[input, x]]), observe);
    return scores;
  }

  /** Values of wires with two outputs: maps cut to the pixels that both have, or left as they are. */
  #crops(): ReadonlySet<string> {
    const cut = this.#wired.wires.filter(({ outputs }) => outputs.length > 1);
    return new Set(cut.flatMap(({ outputs }) => outputs));
  }
}
