import type { PoolRounding } from '../../backend/pool-size.js';
import { sameShape, showShape, type Pair } from '../../core/shape.js';
import { maxPool2d } from '../../ops/max-pool2d.js';
import type { PoolNdAttrs } from '../../ops/pool-nd.js';
import type { PoolOpAttrs } from '../../ops/pool-options.js';
import { Tensor } from '../../tensor/tensor.js';
import type { ExportNode } from './export-node.js';
import { messageOf, type Fields } from './message-of.js';

/**
 * Fields of a spatial setting: one field if both axes have the same value, none if that value is the default.
 *
 * @param unsaid - Default of the field.
 */
export function spatialFields(
  stem: 'kernel' | 'pad' | 'stride',
  [rows, columns]: Pair,
  unsaid: number,
): Fields {
  if (rows !== columns) return { [`${stem}_h`]: rows, [`${stem}_w`]: columns };
  if (rows === unsaid) return {};
  return { [stem === 'kernel' ? 'kernel_size' : stem]: rows };
}

interface Windows {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly rounding: PoolRounding;
}

function poolingParam(pool: 'AVE' | 'MAX', windows: Windows): Fields {
  const { kernelSize, stride, padding, rounding } = windows;
  const param = messageOf('PoolingParameter', {
    pool,
    ...spatialFields('kernel', kernelSize, 0),
    ...spatialFields('pad', padding, 0),
    ...spatialFields('stride', stride, 1),
    ...(rounding === 'floor' ? { round_mode: 'FLOOR' } : {}),
  });
  return { pooling_param: param };
}

/** Exports a max or average pooling. */
export function exportPooling(node: ExportNode, attrs: PoolOpAttrs, pool: 'AVE' | 'MAX'): void {
  node.add('Pooling', poolingParam(pool, attrs));
}

/**
 * Exports a pooling with ONNX's options.
 *
 * @throws {@link FcnError} if Caffe has no such windows, or averages in another way.
 */
export function exportPoolNd(node: ExportNode, attrs: PoolNdAttrs): void {
  const windows = windowsOf(node, attrs);
  const { kind } = attrs;
  if (kind === 'max') node.add('Pooling', poolingParam('MAX', windows));
  else if (kind === 'maxPlaceInMap') {
    const maxima = `${node.name}/maxima`;
    node.add('Pooling', poolingParam('MAX', windows), { tops: [maxima, node.name] });
    node.silence([maxima]);
  } else if (kind !== 'maxPlace' && averagesAsCaffe(attrs)) {
    node.add('Pooling', poolingParam('AVE', windows));
  } else node.fail(`Caffe has no pooling of kind ${kind} with these windows`);
}

function windowsOf(
  node: ExportNode,
  { kernelSize, stride, dilation, before, rounding }: PoolNdAttrs,
): Windows {
  const [x] = node.origin.inputs;
  if (x.shape.length !== 4) {
    node.fail(`Caffe pools two axes (got input ${showShape(x.shape)}, expected [N, C, H, W])`);
  }
  if (dilation.some((step) => step !== 1)) {
    node.fail(`Caffe has no dilated pooling (got dilation ${dilation.join('×')})`);
  }
  const [kernel, steps, padding] = [kernelSize, stride, before].map(([a, b]): Pair => [a, b]);
  // The rounding decides the number of windows; the other rounding may give the same number.
  const found = [rounding, 'ceil' as const, 'floor' as const]
    .map((way) => ({ kernelSize: kernel, stride: steps, padding, rounding: way }))
    .find((windows) => sameShape(maxPool2d(Tensor.dry(x.shape), windows).shape, node.origin.shape));
  return found ?? node.fail(`Caffe makes another size (expected ${showShape(node.origin.shape)})`);
}

/** True if Caffe averages in the same way: it includes the padding, which is equal on both sides. */
function averagesAsCaffe({ kind, before, after, rounding }: PoolNdAttrs): boolean {
  const isEven = before.every((padding, axis) => padding === after[axis]);
  const isInside = before.every((padding) => padding === 0) && isEven && rounding === 'floor';
  return isInside || (kind === 'averageWithBorder' && isEven);
}
