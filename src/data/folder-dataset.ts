import { checkOptions, wholeNumber, type OptionChecks } from '../core/check-options.js';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FcnError, ShapeError } from '../core/errors.js';
import type { LabelledImage } from './augment.js';
import { decodeImage } from './decode-image.js';
import { DECODE_OPTIONS, IGNORE_LABEL, type DecodeOptions, type LabelMap } from './image.js';
import { decodeLabels } from './indexed-png.js';

/** Labelled photos in a folder, decoded on demand. */
export interface FolderDataset {
  /** Names of the samples, in the order of the list. */
  readonly names: readonly string[];
  /**
   * Decodes one sample.
   *
   * @throws {@link ParseError} on a damaged file; {@link ShapeError} if photo and labels differ in
   *   size; {@link FcnError} on a label that is not a class.
   */
  load(index: number): LabelledImage;
}

/** Options of {@link openFolderDataset}. */
export interface FolderDatasetOptions extends DecodeOptions {
  /** Number of classes: labels are 0 … classes − 1, or 255. */
  readonly classes: number;
}

const OPTIONS: OptionChecks<FolderDatasetOptions> = {
  ...DECODE_OPTIONS,
  classes: wholeNumber(1, 255),
};

const IMAGE_EXTENSIONS = ['.jpg', '.jpeg', '.png'];

interface SampleFiles {
  readonly image: string;
  readonly labels: string;
}

/**
 * Opens a folder of `images/NAME.jpg` (or `.jpeg`, `.png`), `labels/NAME.png` and lists of names.
 *
 * @param folder - Path of the folder.
 * @param list - Name of the list inside it, such as `train.txt`: one NAME per line.
 * @throws {@link FcnError} if the list is missing or empty, or a listed file is missing; all files are
 *   checked before training starts.
 */
export function openFolderDataset(
  folder: string,
  list: string,
  options: FolderDatasetOptions,
): FolderDataset {
  checkOptions('openFolderDataset', options, OPTIONS);
  const names = readNames(join(folder, list));
  const files = names.map((name) => findFiles(folder, name));
  return { names, load: (index) => loadSample(files[index], options) };
}

function readNames(path: string): readonly string[] {
  if (!existsSync(path)) throw new FcnError(`dataset: missing list ${path}`);
  const lines = readFileSync(path, 'utf8').split('\n');
  const names = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (names.length === 0)
    throw new FcnError(`dataset: empty list ${path}; write one sample name per line`);
  const stray = names.find((name) => /[/\\\0]/.test(name));
  if (stray !== undefined)
    throw new FcnError(
      `dataset: invalid name in ${path} (got ${stray}, expected a name without a path)`,
    );
  return names;
}

function findFiles(folder: string, name: string): SampleFiles {
  const paths = IMAGE_EXTENSIONS.map((extension) => join(folder, 'images', name + extension));
  const image = paths.find((path) => existsSync(path));
  if (image === undefined)
    throw new FcnError(`dataset: missing image (expected one of ${paths.join(', ')})`);
  const labels = join(folder, 'labels', `${name}.png`);
  if (!existsSync(labels)) throw new FcnError(`dataset: missing label map ${labels}`);
  return { image, labels };
}

function loadSample(
  files: SampleFiles,
  { classes, ...decoding }: FolderDatasetOptions,
): LabelledImage {
  const image = decodeImage(readFileSync(files.image), files.image, decoding);
  const labels = decodeLabels(readFileSync(files.labels), files.labels, decoding);
  if (labels.width !== image.width || labels.height !== image.height) {
    throw new ShapeError(
      `dataset: wrong size of ${files.labels} (got ${String(labels.width)}×${String(labels.height)}, ` +
        `expected ${String(image.width)}×${String(image.height)} as its image)`,
    );
  }
  checkLabels(files.labels, labels, classes);
  return { image, labels };
}

function checkLabels(path: string, { width, data }: LabelMap, classes: number): void {
  const at = data.findIndex((label) => label >= classes && label !== IGNORE_LABEL);
  if (at >= 0) {
    throw new FcnError(
      `dataset: invalid label in ${path} at column ${String(at % width)}, ` +
        `row ${String(Math.floor(at / width))} (got ${String(data[at])}, expected 0 to ${String(classes - 1)}, or 255)`,
    );
  }
}
