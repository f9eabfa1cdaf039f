import type { AdamAttrs, FloatArray, SgdAttrs } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** g = grad·gradScale + decay·w; v = momentum·v + rate·g; w −= v. */
export function sgdStep(
  w: FloatArray,
  grad: FloatArray,
  velocity: FloatArray,
  attrs: SgdAttrs,
): void {
  const round = roundingOf(w);
  const rate = round(attrs.rate);
  const momentum = round(attrs.momentum);
  const decay = round(attrs.decay);
  const gradScale = round(attrs.gradScale);
  for (let i = 0; i < w.length; i++) {
    const g = round(round(grad[i] * gradScale) + round(decay * w[i]));
    velocity[i] = round(round(momentum * velocity[i]) + round(rate * g));
    w[i] = round(w[i] - velocity[i]);
  }
}

/**
 * g = grad·gradScale + decay·w; m₁ = beta1·m₁ + (1 − beta1)·g; m₂ = beta2·m₂ + (1 − beta2)·(g·g);
 * w −= (rate·m₁) / (√m₂ + epsilon).
 */
export function adamStep(
  w: FloatArray,
  grad: FloatArray,
  moment1: FloatArray,
  moment2: FloatArray,
  attrs: AdamAttrs,
): void {
  const round = roundingOf(w);
  const mix = (old: number, value: number, beta: number): number =>
    round(round(round(beta) * old) + round(round(1 - beta) * value));
  for (let i = 0; i < w.length; i++) {
    const g = round(round(grad[i] * round(attrs.gradScale)) + round(round(attrs.decay) * w[i]));
    moment1[i] = mix(moment1[i], g, attrs.beta1);
    moment2[i] = mix(moment2[i], round(g * g), attrs.beta2);
    const divisor = round(round(Math.sqrt(moment2[i])) + round(attrs.epsilon));
    w[i] = round(w[i] - round(round(round(attrs.rate) * moment1[i]) / divisor));
  }
}
