/** Preprocessing as people write it down: the name of weights that were published with it, or its parts. */
import { OptionError } from '../core/option-error.js';
import type { Pair } from '../core/shape.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { entryOfNetwork, findEntry } from './source.js';

/** Form of the parts, for messages. */
const FORM = 'order=rgb,divide=255,mean=0.485/0.456/0.406,std=0.229/0.224/0.225,short=520';

/** A picture has this many channels. */
const COLOURS = 3;
/** No picture is made larger than this along a side. */
const LONGEST_SIDE = 65536;

type Fail = (reason: string) => never;
type Parts = Partial<Omit<Preprocessing, 'input'>>;

const PARTS: Readonly<Record<string, (text: string, fail: Fail) => Parts>> = {
  order: (text, fail) =>
    text === 'rgb' || text === 'bgr' ? { order: text } : fail('order is rgb or bgr'),
  divide: (text, fail) => ({ divisor: positive(number(text, fail), fail) }),
  mean: (text, fail) => ({ mean: perChannel(text, fail) }),
  std: (text, fail) => ({ std: perChannel(text, fail).map((value) => positive(value, fail)) }),
  short: (text, fail) => ({ shortSide: extent(text, fail) }),
  size: (text, fail) => ({ size: heightAndWidth(text, fail) }),
};

/**
 * Reads the short form of a preprocessing.
 *
 * @param text - The name of an entry of the zoo, or of a network that one is of; or parts, as in
 *   `order=bgr,mean=104/117/123`: the order of the channels; what values are divided by first, so that
 *   they are not 0 … 255; mean and deviation in that order, one number or three; pixels of the shorter
 *   side, or height and width (`size=224x224`), to which pictures are resized. Order has to be said. With
 *   `divide` or `std` mean and deviation are float32, as PyTorch has them, else the mean is a double, as
 *   in Caffe's examples.
 * @throws {@link OptionError} that names the wrong part.
 */
export function parsePreprocessing(text: string): Preprocessing {
  const known = findEntry(text) ?? entryOfNetwork(text);
  if (known !== null) return known.preprocessing;
  const fail: Fail = (reason) => {
    throw new OptionError(
      (naming) =>
        `${naming('preprocessing')}: ${reason} (got ${JSON.stringify(text)}, expected a name of fcn models, or ${FORM})`,
    );
  };
  if (!text.includes('=')) fail('no such name');
  const seen = new Set<string>();
  const parts = text.split(',').map((part) => {
    const [, key = '', value = ''] = /^(\w+)=(.+)$/.exec(part) ?? [];
    if (!Object.hasOwn(PARTS, key)) fail(`no part ${JSON.stringify(part)}`);
    if (seen.has(key)) fail(`${key} is there twice`);
    seen.add(key);
    return PARTS[key](value, fail);
  });
  const none: Parts = {};
  const { order, ...rest } = parts.reduce((all, part) => ({ ...all, ...part }), none);
  if (order === undefined) return fail('the order is missing');
  if (rest.size && rest.shortSide !== undefined) fail('either short or size');
  const singlePrecision = rest.divisor !== undefined || rest.std !== undefined;
  return { input: 'photo', order, mean: [0, 0, 0], singlePrecision, ...rest };
}

function number(text: string, fail: Fail): number {
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : fail(`${text} is no number`);
}

function positive(value: number, fail: Fail): number {
  return value > 0 ? value : fail(`${String(value)} is not above 0`);
}

function perChannel(text: string, fail: Fail): number[] {
  const values = text.split('/').map((part) => number(part, fail));
  if (values.length === 1) return Array<number>(COLOURS).fill(values[0]);
  return values.length === COLOURS ? values : fail(`${text} is not one number or three`);
}

function extent(text: string, fail: Fail): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= LONGEST_SIDE ? value : fail(`${text} is no number of pixels`);
}

function heightAndWidth(text: string, fail: Fail): Pair {
  const found = /^(\d+)x(\d+)$/.exec(text);
  if (found === null) return fail(`${text} is not height and width, as in 224x224`);
  return [extent(found[1], fail), extent(found[2], fail)];
}
