import { loadKernels } from '../src/backend/wasm/load.js';

const ROUNDS = 2_000_000;
/** 8 accumulators of 4 lanes, a multiplication and an addition each. */
const FLOPS_PER_ROUND = 64;

/**
 * Speed of one core at this moment, in GFLOP/s: multiplications with additions in registers, the best of
 * several short runs. Printed beside every measurement, because machines are shared and vary.
 */
export async function calibrate(): Promise<number> {
  const kernels = await loadKernels(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));
  let best = Infinity;
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    kernels.multiply_add_f32(ROUNDS, 1e-9);
    best = Math.min(best, performance.now() - start);
  }
  return (ROUNDS * FLOPS_PER_ROUND) / best / 1e6;
}
