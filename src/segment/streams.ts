/** Inputs of published networks: a photo, depth coded in three channels, or two pictures. */
import { ShapeError } from '../core/errors.js';
import { OptionError } from '../core/option-error.js';
import { type NetworkInput, depthInput, pictureInput } from '../data/make-input.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { refuseOthers, type Pictures } from './pictures.js';

/**
 * Makes the inputs of a network.
 *
 * @param streams - Preprocessing of each input, in the network's order. A single input is made of the photo,
 *   whatever it shows.
 * @throws {@link OptionError} if a picture is missing or unexpected; {@link ShapeError} if sizes differ;
 *   {@link FcnError} if a depth has no logarithm.
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
      `${network}: sizes of the pictures differ (photo ${sizeOf(inputs[0])}, ${taken[inputs.indexOf(other)]} ${sizeOf(other)})`,
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
  throw new OptionError((naming) => `${network}: missing picture; give it by ${naming(option)}`);
}

function sizeOf({ width, height }: NetworkInput): string {
  return `${String(width)}×${String(height)}`;
}
