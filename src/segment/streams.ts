/** The inputs of published networks, which look at a photo, at depth coded in three channels, or at two pictures. */
import { ShapeError } from '../core/errors.js';
import { OptionError } from '../core/option-error.js';
import { type NetworkInput, depthInput, pictureInput } from '../data/make-input.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { refuseOthers, type Pictures } from './pictures.js';

/**
 * The inputs of a published network.
 *
 * @param streams - How each of them is made, in the network's order. One alone is made of the photo, whatever it
 *   shows.
 * @throws {@link OptionError} if a picture is missing or has no use; {@link ShapeError} if sizes differ;
 *   {@link FcnError} on depth without a logarithm.
 */
export function inputsOfStreams(
  pictures: Pictures,
  streams: readonly Preprocessing[],
  network: string,
): NetworkInput[] {
  const isAlone = streams.length === 1;
  const taken = streams.map(({ input = 'photo' }) => input);
  refuseOthers(pictures, isAlone ? [] : taken, network);
  const inputs = streams.map((stream) => {
    if (isAlone || (stream.input ?? 'photo') === 'photo')
      return pictureInput(pictures.photo, stream);
    return stream.input === 'depth'
      ? depthInput(given(pictures, 'depth', network), stream)
      : pictureInput(given(pictures, 'hha', network), stream);
  });
  const [{ width, height }] = inputs;
  const other = inputs.find((input) => input.width !== width || input.height !== height);
  if (other !== undefined) {
    throw new ShapeError(
      `${network}: a photo of ${sizeOf(inputs[0])} pixels, ${taken[inputs.indexOf(other)]} of ${sizeOf(other)}`,
    );
  }
  return inputs;
}

function given<K extends 'depth' | 'hha'>(
  pictures: Pictures,
  option: K,
  network: string,
): NonNullable<Pictures[K]> {
  const picture = pictures[option];
  if (picture !== undefined) return picture;
  throw new OptionError((words) => `${network} looks at two pictures: ${words(option)} is missing`);
}

function sizeOf({ width, height }: NetworkInput): string {
  return `${String(width)}×${String(height)}`;
}
