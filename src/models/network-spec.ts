import { FcnError } from '../core/errors.js';
import { CAFFENET_CONVOLUTIONS } from './paper/caffenet.js';
import { FULLY_CONNECTED, GEOMETRIES, type Geometry } from './paper/trunk.js';
import { VGG16_STAGES } from './paper/vgg16.js';

/** A network cannot be built from what it was described with. */
export class SpecError extends FcnError {
  override name = 'SpecError';
}

/** The trunks there are. */
export const TRUNKS = ['vgg16', 'caffenet', 'squeezenet1_1', 'squeezenet1_0'] as const;
/** The heads there are. */
export const VARIANTS = ['32s', '16s', '8s', '8s-atonce'] as const;

/** The classifier whose convolutions a network goes on from. */
export type TrunkName = (typeof TRUNKS)[number];

/** Skips: none, pool4, pool4 and pool3; `-atonce` scales them by fixed factors. */
export type Variant = (typeof VARIANTS)[number];

/** Description of a network, as JSON: everything but its weights. */
export interface NetworkSpec {
  /** The trunk. */
  readonly trunk: TrunkName;
  /** The head. */
  readonly variant: Variant;
  /** Channels of the scores. */
  readonly classes: number;
  /** Treatment of borders. */
  readonly geometry: Geometry;
  /** Channels of a narrower trunk: five numbers for VGG16 (stages) and CaffeNet (convolutions). */
  readonly widths?: readonly number[];
  /** Channels before fc6, by a 1×1 convolution; 0 for none. Default: 128 for SqueezeNet, else 0. */
  readonly fc6Squeeze?: number;
  /** Channels of fc6. Default: 256 for SqueezeNet, else 4096. */
  readonly fc6Width?: number;
  /** Channels of fc7. Default: 256 for SqueezeNet, else 4096. */
  readonly fc7Width?: number;
  /** Share that dropout drops after fc6 and fc7. Default 0.5. */
  readonly dropout?: number;
  /** Upsampling that is learned, or stays bilinear interpolation. Default: learned. */
  readonly upsampling?: 'learned' | 'fixed';
  /** Upsampling with a kernel for each pair of classes, as published, or one for each class. */
  readonly upsamplingLayout?: 'dense' | 'grouped';
  /** Initial scores: 0, as the paper, or normal with deviation 0.01. Default: zero. */
  readonly scoreInit?: 'zero' | 'gaussian';
}

/** A description in which every choice has been made. */
export type CompleteSpec = Required<NetworkSpec>;

/**
 * Checks a description and fills in the defaults.
 *
 * @param value - A {@link NetworkSpec}, as far as is known: parsed JSON.
 * @throws {@link SpecError} that names the field and what it may be.
 */
export function parseNetworkSpec(value: unknown): CompleteSpec {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SpecError('network: expected an object');
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const trunk = choice(fields, 'trunk', TRUNKS);
  const small = trunk.startsWith('squeezenet');
  const spec: CompleteSpec = {
    trunk,
    variant: choice(fields, 'variant', VARIANTS),
    classes: count(fields, 'classes', 1),
    geometry: choice(fields, 'geometry', GEOMETRIES),
    widths: widths(fields, trunk),
    fc6Squeeze: count(fields, 'fc6Squeeze', 0, small ? 128 : 0),
    fc6Width: count(fields, 'fc6Width', 1, small ? 256 : FULLY_CONNECTED),
    fc7Width: count(fields, 'fc7Width', 1, small ? 256 : FULLY_CONNECTED),
    dropout: share(fields, 'dropout', 0.5),
    upsampling: choice(fields, 'upsampling', ['learned', 'fixed'], 'learned'),
    upsamplingLayout: choice(fields, 'upsamplingLayout', ['dense', 'grouped'], 'dense'),
    scoreInit: choice(fields, 'scoreInit', ['zero', 'gaussian'], 'zero'),
  };
  for (const name of fields.keys()) {
    if (!Object.hasOwn(spec, name)) throw new SpecError(`network: unknown field ${name}`);
  }
  return spec;
}

const FULL_WIDTHS: Readonly<Record<TrunkName, readonly number[]>> = {
  vgg16: VGG16_STAGES.map(([filters]) => filters),
  caffenet: CAFFENET_CONVOLUTIONS.map(({ filters }) => filters),
  squeezenet1_1: [],
  squeezenet1_0: [],
};

type Fields = ReadonlyMap<string, unknown>;

function choice<T extends string>(
  fields: Fields,
  name: string,
  options: readonly T[],
  otherwise?: T,
): T {
  const value = fields.get(name) ?? otherwise;
  const found = options.find((option) => option === value);
  if (found === undefined) {
    throw new SpecError(
      `network: ${name} must be one of ${options.join(', ')}, got ${show(value)}`,
    );
  }
  return found;
}

function count(fields: Fields, name: string, least: number, otherwise?: number): number {
  const value = fields.get(name) ?? otherwise;
  if (!isCount(value, least)) {
    const expected = `an integer from ${String(least)} to ${String(MOST_CHANNELS)}`;
    throw new SpecError(`network: ${name} must be ${expected}, got ${show(value)}`);
  }
  return value;
}

/** Beyond any network, and small enough that no product of two of them overflows. */
const MOST_CHANNELS = 65536;

function isCount(value: unknown, least: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= MOST_CHANNELS;
}

function share(fields: Fields, name: string, otherwise: number): number {
  const value = fields.get(name) ?? otherwise;
  if (!(typeof value === 'number' && value >= 0 && value < 1)) {
    throw new SpecError(`network: ${name} must be at least 0 and below 1, got ${show(value)}`);
  }
  return value;
}

function widths(fields: Fields, trunk: TrunkName): readonly number[] {
  const full = FULL_WIDTHS[trunk];
  const value = fields.get('widths') ?? full;
  const fits =
    Array.isArray(value) &&
    value.length === full.length &&
    value.every((width): width is number => isCount(width, 1));
  if (!fits) {
    throw new SpecError(
      `network: widths of ${trunk} must be ${String(full.length)} channel counts, got ${show(value)}`,
    );
  }
  return value;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
