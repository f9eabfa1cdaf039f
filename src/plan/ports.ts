import { ShapeError } from '../core/errors.js';
import { numel, type Shape } from '../core/shape.js';

/** An input or an output of a plan. */
export interface Port {
  /** Its name. */
  readonly name: string;
  /** Its shape for one image. */
  readonly shape: Shape;
}

/** The numbers of one image behind each port, at its byte address, row-major. */
export function viewsOf(
  ports: readonly Port[],
  addresses: readonly number[],
  memory: ArrayBufferLike,
): Float32Array[] {
  return ports.map(({ shape }, i) => new Float32Array(memory, addresses[i], numel(shape)));
}

/** Shapes of ports for a number of images. */
export function batchShapes(ports: readonly Port[], images: number): Map<string, Shape> {
  return new Map(
    ports.map(({ name, shape }) => [name, images > 1 ? [images, ...shape.slice(1)] : shape]),
  );
}

/**
 * What was given for each port, in their order.
 *
 * @throws {@link ShapeError} if something is missing, belongs to no port, or has another length.
 */
export function givenFor(
  ports: readonly Port[],
  images: number,
  given: ReadonlyMap<string, Float32Array>,
): Float32Array[] {
  const unknown = [...given.keys()].find((key) => !ports.some(({ name }) => name === key));
  if (unknown !== undefined) throw new ShapeError(`plan: there is no input ${unknown}`);
  return ports.map(({ name, shape }) => {
    const numbers = given.get(name);
    if (numbers === undefined) throw new ShapeError(`plan: the input ${name} is missing`);
    const expected = images * numel(shape);
    if (numbers.length === expected) return numbers;
    throw new ShapeError(
      `plan: ${name}: ${String(expected)} numbers expected, got ${String(numbers.length)}`,
    );
  });
}
