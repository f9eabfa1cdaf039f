import { readFileSync } from 'node:fs';
import { changePicture } from '../../../data/change-picture.js';
import { encodePng } from '../../../data/encode-png.js';
import { decodeLabels } from '../../../data/indexed-png.js';
import type { LabelMap } from '../../../data/image.js';
import { VOC_PALETTE } from '../../../data/palette.js';
import { writeOutput } from '../../shell/write-output.js';
import { BORDER_PIXELS, labelChanges, type LabelChanges } from '../../../metrics/label-changes.js';
import { alignColumns } from '../../../draw/columns.js';
import type { DiffFindings, DiffOptions } from './findings.js';

/** Compares two label maps, and draws where they differ. */
export async function diffLabelMaps(
  a: string,
  b: string,
  { tolerance, out }: DiffOptions,
): Promise<DiffFindings> {
  const [before, after] = [a, b].map((path): LabelMap => decodeLabels(readFileSync(path), path));
  const { kinds, ...counted } = labelChanges(before, after);
  if (out !== undefined) {
    await writeOutput(out, encodePng(changePicture(after, kinds, VOC_PALETTE)));
  }
  const { changed, pixels, changes } = counted;
  const isWithin = changed / pixels <= tolerance;
  const at = kinds.findIndex((kind) => kind > 0);
  const place = `column ${String(at % before.width)}, row ${String(Math.floor(at / before.width))}`;
  return {
    json: { tolerance, ...counted },
    lines: [
      ...[`A ${a}`, `B ${b}`, ''],
      ...(changes.length > 0 ? [...table(counted), ''] : []),
      summary(counted),
    ],
    first: isWithin ? null : place,
  };
}

type Counted = Omit<LabelChanges, 'kinds'>;

function table({ changes, pixels: all }: Counted): string[] {
  const rows = changes.map(({ from, to, pixels }) => [
    ...[String(from), String(to), String(pixels), percent(pixels, all)],
  ]);
  return alignColumns(
    [['class in A', 'class in B', 'pixels', 'share'], ...rows],
    Array(4).fill(true),
  );
}

function summary({ pixels, changed, atBorders }: Counted): string {
  const share = `${String(changed)} of ${String(pixels)} pixels differ, ${percent(changed, pixels)}`;
  if (changed === 0) return share;
  const borders = `${String(atBorders)} where a border moved by ${String(BORDER_PIXELS)} pixels at most`;
  return `${share}; ${borders}, ${String(changed - atBorders)} elsewhere`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(4)} %`;
}
