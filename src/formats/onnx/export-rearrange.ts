import { numel } from '../../core/shape.js';
import type { TakeElementsAttrs } from '../../ops/take-elements.js';
import { isInOrder } from '../place-order.js';
import type { ExportNode } from './export-node.js';

/**
 * Exports a rearrangement: a Reshape if the order of the numbers is kept, else a Gather from all numbers in one row,
 * with the fill value appended to it.
 */
export function exportRearrange(node: ExportNode, { tables, fill = 0 }: TakeElementsAttrs): void {
  const { shape, inputs } = node.origin;
  const [x] = node.inputs;
  const count = numel(inputs[0].shape);
  if (isInOrder(tables, shape) && numel(shape) === count) {
    node.add('Reshape', [x, node.ints(shape)]);
    return;
  }
  const row = node.step('Reshape', [x, node.ints([count])]);
  const withFill = node.step('Concat', [row, node.floats([fill])], { axis: 0 });
  let places = [0];
  for (const steps of tables) {
    places = places.flatMap((place) =>
      steps.map((step) => (place === count || step < 0 ? count : place + step)),
    );
  }
  node.add('Gather', [withFill, node.ints(places, shape)], { axis: 0 });
}
