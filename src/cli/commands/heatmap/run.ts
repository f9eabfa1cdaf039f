import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { decodeImage } from '../../../data/decode-image.js';
import { encodePng } from '../../../data/encode-png.js';
import { orFail, writeOutput } from '../../shell/write-output.js';
import {
  heatOf,
  openPhotoClassifier,
  type PhotoClassifier,
} from '../../../segment/photo-classifier.js';
import { findClass } from './class-lookup.js';
import { EXIT, usageError } from '../../shell/exit-codes.js';
import { drawHeat } from '../../../draw/heat-drawing.js';

/** Options of `fcn heatmap`. */
export interface HeatmapOptions {
  /** Weights of the classifier. */
  readonly model: string;
  /** Id, name or part of the name of a class; default: the most likely one. */
  readonly class?: string;
  /** File for the picture, or an existing folder. */
  readonly out?: string;
  /** File with the names of the classes. */
  readonly labels?: string;
}

/**
 * Runs `fcn heatmap`.
 *
 * @throws {@link CommandError} with the exit code, unless the picture was written.
 */
export async function runHeatmap(photo: string, options: HeatmapOptions): Promise<void> {
  const out = await pictureFile(photo, options.out);
  const bytes = await readFile(photo);
  if ((await realpath(out).catch(() => out)) === (await realpath(photo))) {
    throw usageError(`the picture would replace ${photo}; choose another -o`);
  }
  using classifier = await openPhotoClassifier(options.model);
  const names = await readNames(classifier, options);
  const wanted = options.class === undefined ? undefined : findClass(names, options.class);
  const image = decodeImage(bytes, photo);

  const best = classifier.rank(image, 5);
  const side = `${String(classifier.nativeSize)}×${String(classifier.nativeSize)}`;
  say(`top 5 of the ${side} pixels in the middle:`);
  for (const { id, probability } of best)
    say(`  ${probability.toFixed(4)}  ${names[id]} (${String(id)})`);

  const id = wanted ?? best[0].id;
  const heat = heatOf(classifier.maps(image), id, image.height, image.width);
  const top = heat.reduce((most, value) => Math.max(most, value), 0);
  const at = heat.indexOf(top);
  const place = `x ${String(at % image.width)}, y ${String(Math.floor(at / image.width))}`;
  await writeOutput(out, encodePng(drawHeat(image, heat, top)));
  say(`${names[id]} (${String(id)}): scores up to ${top.toPrecision(4)}, at ${place} → ${out}`);
}

/** Path of the picture; in a folder, its name follows from the photo. */
async function pictureFile(photo: string, out = '.'): Promise<string> {
  const kindOf = async (path: string): Promise<'folder' | 'file' | null> => {
    const found = await stat(path).catch(() => null);
    return found && (found.isDirectory() ? 'folder' : 'file');
  };
  if ((await kindOf(out)) === 'folder') return join(out, `${parse(photo).name}.heatmap.png`);
  if ((await kindOf(dirname(out))) !== 'folder') {
    throw usageError(`-o ${out}: there is no folder ${dirname(out)}`);
  }
  return out;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Names of the classes, or their numbers if there is no default file of names. */
async function readNames(classifier: PhotoClassifier, options: HeatmapOptions): Promise<string[]> {
  const path = options.labels ?? join(dirname(options.model), 'imagenet_labels.txt');
  if (options.labels === undefined && !existsSync(path)) {
    return Array.from({ length: classifier.classes }, (_, id) => `class ${String(id)}`);
  }
  const text = await orFail(EXIT.usage, path, async () => await readFile(path, 'utf8'));
  const lines = text.trimEnd().split(/\r?\n/);
  // TensorFlow's list of the ImageNet classes begins with one that Caffe's networks do not have
  const extra = lines.length === classifier.classes + 1 && lines[0] === 'background' ? 1 : 0;
  if (lines.length - extra !== classifier.classes) {
    const counts = `${String(lines.length)} names for ${String(classifier.classes)} classes`;
    throw usageError(`${path}: ${counts}`);
  }
  return lines.slice(extra);
}
