/**
 * Packs the weights of a convolution for `gemm-nhwc.ts`. Fields are 4 bytes each, in this order, all
 * steps in bytes; followed by `taps` byte offsets (i32) of the taps in a window, in the order in which
 * they are read. `src/plan/algorithms/direct/direct-weights.ts` writes the job.
 */
@unmanaged
class PackJob {
  /** Address of the weight of the first output and input channel; only weights that the job reads must exist. */
  w: usize;
  /** [group][block][tap][tapLength][8] f32. */
  target: usize;
  /** Block of task 0, counted over all groups. */
  first: i32;
  /** Output channels of a group. */
  outputs: i32;
  /** Blocks of 8 output channels of a group. */
  groupBlocks: i32;
  groupStep: i32;
  outputStep: i32;
  /** Input channels of a group. */
  channels: i32;
  channelStep: i32;
  /** Floats per tap: the channels, with or without the padding channels of a pixel. */
  tapLength: i32;
  taps: i32;
}

/**
 * Filler for channels that do not exist: padding channels of a pixel, missing output channels of a block.
 * Its product with the +0 of a padding channel is −0, which changes no sum, not even −0.
 */
const NOTHING: f32 = -0.0;

/** Packs the weights of 8 output channels side by side: block `first` + `task`. */
export function pack_weights_f32(job: usize, task: i32): void {
  const j = changetype<PackJob>(job);
  const block = j.first + task;
  const group = block / j.groupBlocks;
  const output = (block - group * j.groupBlocks) << 3;
  const lanes = min(8, j.outputs - output);
  const from = j.w + group * j.groupStep + output * j.outputStep;
  const tapBytes = (<usize>j.tapLength) << 5;
  let to = j.target + <usize>block * <usize>j.taps * tapBytes;
  for (let tap = 0; tap < j.taps; tap++, to += tapBytes) {
    const offset = load<i32>(job + offsetof<PackJob>() + ((<usize>tap) << 2));
    pack_tap(j, from + offset, lanes, to);
  }
}

/** Packs one tap of a block, [tapLength][8]. */
function pack_tap(j: PackJob, from: usize, lanes: i32, to: usize): void {
  for (let channel = 0; channel < j.tapLength; channel++, from += j.channelStep, to += 32) {
    const exist = channel < j.channels ? lanes : 0;
    let lane = 0;
    for (let at = from; lane < exist; lane++, at += j.outputStep) {
      store<f32>(to + ((<usize>lane) << 2), load<f32>(at));
    }
    for (; lane < 8; lane++) store<f32>(to + ((<usize>lane) << 2), NOTHING);
  }
}
