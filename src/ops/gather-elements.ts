import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import {
  firstBadIndex,
  gatherElements as pick,
  gatherElementsBackward,
  type ElementPlaces,
} from '../backend/reference/gather-elements.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { NO_PIXELS } from '../core/geometry.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of a gathering in the graph. */
export interface GatherElementsAttrs {
  /** The axis on which the indices are, counted from 0. */
  readonly axis: number;
}

/** Rule of {@link gatherElements}. */
export const gatherElementsRule: OpRule<readonly [Tensor, Tensor], GatherElementsAttrs> = {
  name: 'gatherElements',
  computedBy: 'plain-loops',
  geometry: NO_PIXELS,
  inferShape([x, indices], { axis }) {
    if (!(Number.isInteger(axis) && axis >= 0 && axis < x.shape.length)) {
      throw new ShapeError(`gatherElements: no axis ${String(axis)} in ${x.describe()}`);
    }
    const fits = indices.shape.every((extent, i) => i === axis || extent <= x.shape[i]);
    if (!fits || indices.shape.length !== x.shape.length) {
      throw new ShapeError(
        `gatherElements: indices are ${indices.describe()}, picked from ${x.describe()}`,
      );
    }
    return indices.shape;
  },
  forward(_backend, [x, indices], attrs, y) {
    const places = placesOf([x, indices], attrs);
    const bad = firstBadIndex(places);
    if (bad >= 0) {
      const index = `index ${String(indices.data[bad])} at element ${String(bad)}`;
      throw new FcnError(`gatherElements: ${index} of ${String(x.shape[attrs.axis])}`);
    }
    pick(x.data, places, y.data);
    return undefined;
  },
  backward(_backend, [x, indices], attrs, y) {
    if (x.requiresGrad) gatherElementsBackward(y.grad, placesOf([x, indices], attrs), x.grad);
  },
};

function placesOf(
  [x, indices]: readonly [Tensor, Tensor],
  { axis }: GatherElementsAttrs,
): ElementPlaces {
  return { xShape: x.shape, indices: indices.data, yShape: indices.shape, axis };
}

/**
 * Elements of a tensor by their indices on one axis: y[…, j, …] = x[…, indices[…, j, …], …]. With scores
 * and labels, what every pixel's own class scores. The gradient of an element is the sum over the places
 * to which it was picked; indices have none.
 *
 * @param x - Any shape but a scalar.
 * @param indices - Integers from 0; as many axes as x and, but for `axis`, none longer.
 * @returns The shape of the indices.
 * @throws {@link ShapeError} if the shapes do not fit; {@link FcnError} on an index beyond the axis.
 * @see `GatherElements` of ONNX, `torch.gather`.
 */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
  return applyRule(gatherElementsRule, [x, indices], { axis });
}
