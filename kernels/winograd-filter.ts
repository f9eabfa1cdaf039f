/**
 * Transforms the weights of a convolution for `winograd-conv.ts`. Fields are 4 bytes each, in this
 * order, followed by the matrix G, [points][taps] f64, then for each thread a workspace of
 * (taps² + points·taps + 1) · 8 f64.
 * `src/plan/algorithms/winograd/filter.ts` writes the job.
 */
@unmanaged
class WinogradFilterJob {
  /** [outputs][channels][taps][taps] f32; filters before 8·first are not read. */
  w: usize;
  /** [points²][paddedOutputs / 8][paddedChannels][8] f32. */
  u: usize;
  outputs: i32;
  channels: i32;
  taps: i32;
  points: i32;
  paddedOutputs: i32;
  paddedChannels: i32;
  /** Block of 8 filters of task 0. */
  first: i32;
  /** Workspace of a thread in bytes. */
  roomBytes: i32;
}

/** Size of one f64 for each of 8 outputs, in bytes. */
const OCTET: usize = 64;

/**
 * U = G · w · Gᵀ for 8 outputs, from 8·(first + task) on, in f64 and rounded once. Padding outputs and
 * padding channels are set to 0.
 */
export function winograd_filter_f32(job: usize, task: i32, thread: i32): void {
  const j = changetype<WinogradFilterJob>(job);
  const octet = j.first + task;
  const taps = <usize>j.taps;
  const n = <usize>j.points;
  const g = job + offsetof<WinogradFilterJob>();
  const window = g + ((n * taps) << 3) + <usize>(thread * j.roomBytes);
  const half = window + taps * taps * OCTET;
  const sums = half + n * taps * OCTET;
  const position = (<usize>j.paddedOutputs * <usize>j.paddedChannels) << 2;
  let u = j.u + <usize>octet * ((<usize>j.paddedChannels) << 5);
  for (let channel = 0; channel < j.paddedChannels; channel++, u += 32) {
    load_window(j, octet << 3, channel, window);
    for (let i: usize = 0; i < n; i++) {
      for (let b: usize = 0; b < taps; b++) {
        const to = half + (i * taps + b) * OCTET;
        combine(g + ((i * taps) << 3), j.taps, window + b * OCTET, taps * OCTET, to);
      }
    }
    let to = u;
    for (let i: usize = 0; i < n; i++) {
      for (let k: usize = 0; k < n; k++, to += position) {
        combine(g + ((k * taps) << 3), j.taps, half + i * taps * OCTET, OCTET, sums);
        round_octet(sums, to);
      }
    }
  }
}

/** Copies the window of one channel of the filters from `first` on into [taps²][8] f64. */
function load_window(j: WinogradFilterJob, first: i32, channel: i32, window: usize): void {
  const area = j.taps * j.taps;
  for (let lane = 0; lane < 8; lane++) {
    const filter = first + lane;
    const exists = filter < j.outputs && channel < j.channels;
    const from = j.w + ((<usize>((filter * j.channels + channel) * area)) << 2);
    const to = window + ((<usize>lane) << 3);
    for (let t = 0; t < area; t++) {
      const value: f64 = exists ? <f64>load<f32>(from + ((<usize>t) << 2)) : 0;
      store<f64>(to + <usize>t * OCTET, value);
    }
  }
}

/** to = Σ_a g[a] · from[a] for 8 outputs, a ascending; from[a] is a steps after from[0]. */
function combine(g: usize, taps: i32, from: usize, step: usize, to: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let a = 0; a < taps; a++, g += 8, from += step) {
    const factor = v128.load_splat<f64>(g);
    s0 = f64x2.add(s0, f64x2.mul(factor, v128.load(from)));
    s1 = f64x2.add(s1, f64x2.mul(factor, v128.load(from, 16)));
    s2 = f64x2.add(s2, f64x2.mul(factor, v128.load(from, 32)));
    s3 = f64x2.add(s3, f64x2.mul(factor, v128.load(from, 48)));
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}

/** Converts 8 f64 to f32. */
function round_octet(from: usize, to: usize): void {
  for (let i: usize = 0; i < 8; i += 2) {
    const pair = f32x4.demote_f64x2_zero(v128.load(from + (i << 3)));
    v128.store64_lane(to + (i << 2), pair, 0);
  }
}
