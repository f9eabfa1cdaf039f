import { numel, type Shape } from '../../../core/shape.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { reshape as reshapeOp } from '../../../ops/reshape.js';
import { axisOf, unaryLayer, refuse, type LayerContext } from '../layer.js';

/** Flatten: several axes as one. */
export function flatten(context: LayerContext): WiredLayer {
  const param = context.definition.message('flatten_param');
  const rank = context.inputs[0].length;
  const first = axisOf(context, param.number('axis', 1), rank);
  const last = axisOf(context, param.number('end_axis', -1), rank);
  if (last < first) {
    refuse(context, `end_axis is before axis (got ${String(last)} and ${String(first)})`);
  }
  return unaryLayer((x) =>
    reshapeOp(x, [
      ...x.shape.slice(0, first),
      numel(x.shape.slice(first, last + 1)),
      ...x.shape.slice(last + 1),
    ]),
  );
}

/** Reshape: another shape. An extent 0 keeps the input's extent, −1 is computed from the others. */
export function reshape(context: LayerContext): WiredLayer {
  const param = context.definition.message('reshape_param');
  const rank = context.inputs[0].length;
  const given = param.number('axis', 0);
  const first = given < 0 ? given + rank + 1 : given;
  const axes = param.number('num_axes', -1);
  const end = axes === -1 ? rank : first + axes;
  if (!(first >= 0 && first <= end && end <= rank)) {
    const got = `axis ${String(given)}, num_axes ${String(axes)}`;
    refuse(context, `axes out of range (got ${got}; the bottom has ${String(rank)} axes)`);
  }
  const extents = param.message('shape').numbers('dim');
  return unaryLayer((x) => reshapeOp(x, shapeOf(context, x.shape, extents, [first, end])));
}

function shapeOf(
  context: LayerContext,
  shape: Shape,
  extents: readonly number[],
  [first, end]: readonly [number, number],
): Shape {
  const kept = extents.map((extent, i) => {
    if (extent === 0 && first + i >= end) {
      refuse(context, `dim 0 keeps axis ${String(first + i)}, which is out of range`);
    }
    return extent === 0 ? shape[first + i] : extent;
  });
  const open = kept.filter((extent) => extent === -1).length;
  const known = numel(kept.filter((extent) => extent !== -1));
  if (open > 1) refuse(context, `too many dim -1 (got ${String(open)}, at most 1)`);
  const left = numel(shape.slice(first, end)) / known;
  const closed = kept.map((extent) => (extent === -1 ? left : extent));
  return [...shape.slice(0, first), ...closed, ...shape.slice(end)];
}
