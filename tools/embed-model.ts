/**
 * Makes the embedded model from a finished run of `recipes/pets.json`: the parameters of the last
 * stage in half precision, scored again as shipped, and the table of its model card.
 *
 *     npx tsx tools/embed-model.ts RUN_FOLDER
 *
 * Needs the validation photos in FCN_SHARED (default ../shared).
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openFolderDataset } from '../src/data/folder-dataset.js';
import { readSafetensors, writeSafetensors } from '../src/io/safetensors.js';
import { EMBEDDED_MODEL } from '../src/open/embedded-model.js';
import { createSegmenter } from '../src/segment/segmenter.js';
import { scorePhotos } from '../src/verify/score-photos.js';
import { readPhotos } from '../src/train/photos.js';
import { showPercent, toScoreSheet, type ScoreSheet } from '../src/train/scores.js';

const CARD = new URL('../models/fcn8s-squeezenet-pets.md', import.meta.url);
const START = '<!-- written by tools/embed-model.ts -->';
const END = '<!-- end -->';

const [run] = process.argv.slice(2);
const source = join(run, '8s.safetensors');
const { arrays, metadata } = readSafetensors(await readFile(source), source);
const bytes = writeSafetensors(arrays, metadata, { dtype: 'F16' });
await writeFile(EMBEDDED_MODEL, bytes);

const stages = JSON.parse(await readFile(join(run, 'scores.json'), 'utf8')) as (ScoreSheet & {
  readonly stage: string;
})[];
const rows = [...stages.map((sheet) => row(`${sheet.stage}, float32`, sheet))];
rows.push(row('8s as shipped, float16', await score()));
const table = [
  START,
  '',
  '| stage | mean IU | pixel accuracy | mean accuracy | f.w. IU | background | cat | dog |',
  '|---|---|---|---|---|---|---|---|',
  ...rows,
  '',
  `${String(bytes.length)} bytes, SHA-256 \`${createHash('sha256').update(bytes).digest('hex')}\``,
  '',
  END,
];
const card = await readFile(CARD, 'utf8');
const before = card.slice(0, card.indexOf(START));
const after = card.slice(card.indexOf(END) + END.length);
await writeFile(CARD, before + table.join('\n') + after);
console.log(rows.join('\n'));

async function score(): Promise<ScoreSheet> {
  using segmenter = await createSegmenter({ model: EMBEDDED_MODEL, mode: 'exact' });
  const { classes } = segmenter;
  const folder = join(process.env['FCN_SHARED'] ?? '../shared', 'data/pets');
  const photos = readPhotos(openFolderDataset(folder, 'val.txt', { classes: classes.length }));
  return toScoreSheet((await scorePhotos(segmenter, photos)).scores(), classes);
}

function row(name: string, sheet: ScoreSheet): string {
  const overall = [
    sheet.meanIU,
    sheet.pixelAccuracy,
    sheet.meanAccuracy,
    sheet.frequencyWeightedIU,
  ];
  const cells = [...overall, ...sheet.classes.map(({ iu }) => iu)].map(showPercent);
  return `| ${[name, ...cells].join(' | ')} |`;
}
