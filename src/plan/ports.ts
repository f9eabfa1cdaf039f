import { ShapeError } from '../core/errors.js';
import { numel, type Shape } from '../core/shape.js';

/** An input or an output of a plan. */
export interface Port {
  /** Its name. */
  readonly name: string;
  /** Its shape for one image. */
  readonly shape: Shape;
}

/** Returns views of the numbers of each port for one image, row-major, at its byte address. */
export function viewsOf(
  ports: readonly Port[],
  addresses: readonly number[],
  memory: ArrayBufferLike,
): Float32Array[] {
  return ports.map(({ shape }, i) => new Float32Array(memory, addresses[i], numel(shape)));
}

/** Returns the shape of each port for a batch of `images`. */
export function batchShapes(ports: readonly Port[], images: number): Map<string, Shape> {
  return new Map(
    ports.map(({ name, shape }) => [name, images > 1 ? [images, ...shape.slice(1)] : shape]),
  );
}

/**
 * Returns the numbers that were given for each port, in the order of the ports.
 *
 * @throws {@link ShapeError} if something is missing, belongs to no port, or has another length.
 */
export function givenFor(
  ports: readonly Port[],
  images: number,
  given: ReadonlyMap<string, Float32Array>,
): Float32Array[] {
  const unknown = [...given.keys()].find((key) => !ports.some(({ name }) => name === key));
  if (unknown !== undefined) throw new ShapeError(`plan: unexpected input ${unknown}`);
  return ports.map(({ name, shape }) => {
    const numbers = given.get(name);
    if (numbers === undefined) throw new ShapeError(`plan: missing input ${name}`);
    const expected = images * numel(shape);
    if (numbers.length === expected) return numbers;
    const got = String(numbers.length);
    throw new ShapeError(
      `plan: input ${name}: unexpected length (got ${got}, expected ${String(expected)})`,
    );
  });
}
