import { numel, sameShape, showShape, type Shape } from '../../core/shape.js';
import { nodeName } from '../../graph/trace.js';
import type { ConcatAttrs } from '../../ops/concat.js';
import type { CropAttrs } from '../../ops/crop.js';
import type { TakeElementsAttrs } from '../../ops/take-elements.js';
import type { SliceAttrs } from '../../ops/slice.js';
import type { Origin } from '../../tensor/origin.js';
import { isInOrder, strideOf } from '../place-order.js';
import { reshapeFields } from './export-normalise.js';
import type { ExportNode } from './export-node.js';
import { messageOf } from './message-of.js';

/** Exports a reshape. */
export function exportReshape(node: ExportNode): void {
  node.add('Reshape', reshapeFields(node.origin.shape));
}

/** Exports a concatenation. */
export function exportConcat(node: ExportNode, { axis }: ConcatAttrs): void {
  node.add('Concat', { concat_param: messageOf('ConcatParameter', { axis }) });
}

/** Exports a slice of one axis. */
export function exportSlice(node: ExportNode, attrs: SliceAttrs): void {
  const [x] = node.origin.inputs;
  addSlice(node, nodeName(x), x.shape, attrs);
}

/** Adds a Slice layer. Slice returns all pieces of an axis; a Silence layer takes the unused ones. */
function addSlice(
  node: ExportNode,
  bottom: string,
  shape: Shape,
  { axis, start, size }: SliceAttrs,
): void {
  const extent = shape[axis];
  const before = start > 0 ? [`${node.name}/before`] : [];
  const after = start + size < extent ? [`${node.name}/after`] : [];
  const points = [start, start + size].filter((point) => point > 0 && point < extent);
  const param = messageOf('SliceParameter', { axis, slice_point: points });
  const ends = { bottoms: [bottom], tops: [...before, node.name, ...after] };
  node.add('Slice', { slice_param: param }, ends);
  node.silence([...before, ...after]);
}

/** Exports a crop. Caffe's Crop takes its size from a second blob. */
export function exportCrop(node: ExportNode, { offset }: CropAttrs): void {
  const param = messageOf('CropParameter', { axis: 2, offset });
  const bottoms = [...node.operands, referenceFor(node)].map(nodeName);
  node.add('Crop', { crop_param: param }, { bottoms });
}

/**
 * Finds the blob that gives a crop its size: preferably one that a reader of the crop combines with it, else any blob
 * of the same height and width, inputs first.
 */
function referenceFor(node: ExportNode): Origin {
  const { origin } = node;
  const { inputs, nodes } = node.graph;
  const before: readonly Origin[] = nodes.slice(0, nodes.indexOf(origin));
  const isAsLarge = ({ shape }: Origin): boolean =>
    sameShape(shape.slice(2), origin.shape.slice(2));
  const siblings = nodes
    .filter((reader) => reader.inputs.includes(origin))
    .flatMap((reader) => reader.inputs);
  const there = siblings.filter((sibling) => before.includes(sibling));
  return (
    [...there, ...inputs, ...before].find(isAsLarge) ??
    node.fail(
      `Crop needs a blob of its size (no blob has height and width of ${showShape(origin.shape)})`,
    )
  );
}

/**
 * Exports a rearrangement that is a reshape, or a slice of successive indices of one axis.
 *
 * @throws {@link FcnError} for steps, transposed axes and padding.
 */
export function exportRearrange(node: ExportNode, { tables }: TakeElementsAttrs): void {
  const [x] = node.origin.inputs;
  const { shape } = node.origin;
  if (numel(shape) === numel(x.shape) && isInOrder(tables, shape)) {
    exportReshape(node);
    return;
  }
  const cut = shape.flatMap((extent, axis) => (extent === x.shape[axis] ? [] : [axis]));
  const starts = tables.map((steps, axis) => steps[0] / strideOf(x.shape, axis));
  const [axis] = cut;
  const isPiece =
    cut.length === 1 &&
    shape.length === x.shape.length &&
    isInOrder(
      tables.map((steps) => steps.map((step) => step - steps[0])),
      shape,
      x.shape,
    ) &&
    starts.every((start, other) => Number.isInteger(start) && (start === 0 || other === axis));
  if (!isPiece) node.fail('Caffe has no layer for steps, transposed axes or padding');
  addSlice(node, nodeName(x), x.shape, { axis, start: starts[axis], size: shape[axis] });
}
