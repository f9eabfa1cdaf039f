import type { Rng } from '../core/rng.js';
import { ForwardPass, runLayers, type Observer } from '../nn/forward-pass.js';
import { joinParameters, type Module, type NamedModule } from '../nn/module.js';
import { add } from '../ops/add.js';
import type { Tensor } from '../tensor/tensor.js';
import { cropLike, overlap } from './crop-like.js';
import type { CompleteSpec } from './network-spec.js';
import type { Trunk } from './trunk.js';

/** A skip: scores of a finer layer are added to the upsampled scores of all coarser ones. */
export interface Skip {
  /** Its name in the paper: `pool4` or `pool3`. */
  readonly name: string;
  /** Layer of the trunk that is scored. */
  readonly layer: string;
  /** Lays the coarser scores over the skip's pixels. */
  readonly upsample: NamedModule;
  /** What is applied to the layer: its scoring, and before that, at once, a fixed scale. */
  readonly scoring: readonly NamedModule[];
}

/** The layers that make a network of a trunk. */
export interface Head {
  /** Scores the trunk's last layer. */
  readonly score: NamedModule;
  /** The skips, from the coarsest. */
  readonly skips: readonly Skip[];
  /** Lays the fused scores over the image. */
  readonly upsample: NamedModule;
}

/**
 * A fully convolutional network: a trunk, scores of its last layer, skips, learnable upsampling.
 *
 * @see Long, Shelhamer, Darrell, CVPR 2015, §4.2 and figure 3.
 */
export class FcnNetwork implements Module {
  /** What the network was built from. */
  readonly spec: CompleteSpec;
  readonly #trunk: Trunk;
  readonly #head: Head;
  readonly #layers: readonly NamedModule[];

  /** For {@link createNetwork}, which knows how trunk and head fit. */
  constructor(spec: CompleteSpec, trunk: Trunk, head: Head) {
    this.spec = spec;
    this.#trunk = trunk;
    this.#head = head;
    const skips = head.skips.flatMap(({ upsample, scoring }) => [upsample, ...scoring]);
    this.#layers = [...trunk.layers, head.score, ...skips, head.upsample];
  }

  /**
   * Scores of every class at every pixel.
   *
   * @param x - Images, `[N, 3, H, W]`, of any extent ≥ 1.
   * @returns `[N, classes, H, W]`.
   * @throws {@link ShapeError} if `x` is not such a batch.
   */
  forward(x: Tensor): Tensor {
    return this.#run(x, new ForwardPass(x));
  }

  /** What every layer computes, by its name; `score` is the output. Nothing is freed. */
  forwardNamed(x: Tensor): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    const observe: Observer = (name, tensor) => found.set(name, tensor);
    this.#run(x, new ForwardPass(x, observe));
    return found;
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return joinParameters(this.#layers);
  }

  setTraining(training: boolean, rng?: Rng): void {
    for (const [, layer] of this.#layers) layer.setTraining?.(training, rng);
  }

  #run(x: Tensor, pass: ForwardPass): Tensor {
    const { score, skips, upsample } = this.#head;
    const tapped = new Map<string, Tensor>();
    const deepest = runLayers(this.#trunk.layers, x, pass, (name, tensor) => {
      if (!skips.some(({ layer }) => layer === name)) return;
      tapped.set(name, tensor);
      pass.pin(tensor);
    });
    let scores = pass.step(...score, deepest);
    for (const skip of skips) scores = fuse(pass, skip, scores, tapped.get(skip.layer) ?? deepest);
    const fine = pass.step(...upsample, scores);
    return pass.made('score', cropLike(fine, x), fine);
  }
}

function fuse(pass: ForwardPass, skip: Skip, coarse: Tensor, layer: Tensor): Tensor {
  const upsampled = pass.step(...skip.upsample, coarse);
  pass.unpin(layer);
  const scored = runLayers(skip.scoring, layer, pass);
  const [upsampledCut, scoredCut] = overlap(upsampled, scored);
  if (upsampledCut !== upsampled) pass.made(`${skip.upsample[0]}c`, upsampledCut, upsampled);
  if (scoredCut !== scored) pass.made(`score_${skip.name}c`, scoredCut, scored);
  return pass.made(`fuse_${skip.name}`, add(upsampledCut, scoredCut), upsampledCut, scoredCut);
}
