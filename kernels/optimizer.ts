import { load_lanes, store_lanes } from './lanes';

/** Factors of a step of Adam. */
@unmanaged
class AdamTerms {
  rate: f32;
  epsilon: f32;
  decay: f32;
  gradScale: f32;
  beta1: f32;
  /** 1 − beta1. */
  fresh1: f32;
  beta2: f32;
  /** 1 − beta2. */
  fresh2: f32;
}

/** v = momentum·v + rate·(grad·gradScale + decay·w); w −= v; over n f32. */
export function sgd_step_f32(
  w: usize,
  grad: usize,
  velocity: usize,
  n: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
  gradScale: f32,
): void {
  const bytes = (<usize>n) << 2;
  let at: usize = 0;
  while (at < bytes) {
    const whole = at + 16 <= bytes;
    const weight = load_lanes(w + at, whole);
    const scaled = f32x4.mul(load_lanes(grad + at, whole), f32x4.splat(gradScale));
    const g = f32x4.add(scaled, f32x4.mul(f32x4.splat(decay), weight));
    const kept = f32x4.mul(f32x4.splat(momentum), load_lanes(velocity + at, whole));
    const v = f32x4.add(kept, f32x4.mul(f32x4.splat(rate), g));
    store_lanes(velocity + at, v, whole);
    store_lanes(w + at, f32x4.sub(weight, v), whole);
    at += whole ? 16 : 4;
  }
}

/**
 * g = grad·gradScale + decay·w; m = beta1·m + fresh1·g; v = beta2·v + fresh2·(g·g);
 * w −= (rate·m) / (√v + epsilon); over n f32. `terms` points to {@link AdamTerms}.
 */
export function adam_step_f32(
  w: usize,
  grad: usize,
  moment1: usize,
  moment2: usize,
  n: i32,
  terms: usize,
): void {
  const own = changetype<AdamTerms>(terms);
  const bytes = (<usize>n) << 2;
  let at: usize = 0;
  while (at < bytes) {
    const whole = at + 16 <= bytes;
    const weight = load_lanes(w + at, whole);
    const scaled = f32x4.mul(load_lanes(grad + at, whole), f32x4.splat(own.gradScale));
    const g = f32x4.add(scaled, f32x4.mul(f32x4.splat(own.decay), weight));
    const m = f32x4.add(
      f32x4.mul(f32x4.splat(own.beta1), load_lanes(moment1 + at, whole)),
      f32x4.mul(f32x4.splat(own.fresh1), g),
    );
    const v = f32x4.add(
      f32x4.mul(f32x4.splat(own.beta2), load_lanes(moment2 + at, whole)),
      f32x4.mul(f32x4.splat(own.fresh2), f32x4.mul(g, g)),
    );
    store_lanes(moment1 + at, m, whole);
    store_lanes(moment2 + at, v, whole);
    const divisor = f32x4.add(f32x4.sqrt(v), f32x4.splat(own.epsilon));
    const change = f32x4.div(f32x4.mul(f32x4.splat(own.rate), m), divisor);
    store_lanes(w + at, f32x4.sub(weight, change), whole);
    at += whole ? 16 : 4;
  }
}
