import { showShape } from '../../../core/shape.js';
import {
  diffStoredArrays,
  type ArrayDiff,
  type WeightsDiffCounts,
} from '../../../formats/diff-weights.js';
import { arraysOfSource } from '../../../open/weights-of-source.js';
import { alignColumns } from '../../../draw/columns.js';
import { shownDifference, shownUlps } from '../../shell/shown-difference.js';
import type { DiffFindings, DiffOptions } from './findings.js';

/** Compares two files of weights or blobs. */
export async function diffWeightFiles(
  a: string,
  b: string,
  { tolerance }: DiffOptions,
): Promise<DiffFindings> {
  using arraysOfA = await arraysOfSource(a);
  using arraysOfB = await arraysOfSource(b);
  const { kinds, arrays, first, counts, notes } = diffStoredArrays(arraysOfA, arraysOfB, tolerance);
  return {
    json: { kinds, tolerance, arrays, first, counts, notes },
    lines: [
      `A ${a} (${kinds[0]})`,
      ...notes[0].map((note) => `  ${note}`),
      `B ${b} (${kinds[1]})`,
      ...notes[1].map((note) => `  ${note}`),
      '',
      ...table(arrays),
      '',
      summary(arrays.length, counts, first),
    ],
    first,
  };
}

function summary(arrays: number, counts: WeightsDiffCounts, first: string | null): string {
  const { equal, within, different, otherLayout, onlyInA, onlyInB } = counts;
  const parts = [
    `${String(arrays)} arrays: ${String(equal)} equal`,
    `${String(within)} within the tolerance`,
    `${String(different)} different`,
    `${String(otherLayout)} equal in another layout`,
    `${String(onlyInA)} only in A`,
    `${String(onlyInB)} only in B`,
  ];
  return `${parts.join(', ')}${first === null ? '' : `; first difference: ${first}`}`;
}

function table(arrays: readonly ArrayDiff[]): string[] {
  const rows = arrays.map((array) => {
    const { name, absolute, relative, ulps, at, layout, reason } = array;
    const wasCompared = reason === '';
    const shown = wasCompared ? [absolute, relative].map(shownDifference) : ['', ''];
    return [
      ...[name, shapesOf(array), ...shown, wasCompared ? shownUlps(ulps) : ''],
      wasCompared && absolute > 0 ? String(at) : '',
      layout || verdictOf(array),
    ];
  });
  const heads = ['array', 'shape', 'absolute', 'relative', 'ulp', 'at', ''];
  return alignColumns([heads, ...rows], [false, false, true, true, true, true, false]);
}

function shapesOf({ shapes: [a, b] }: ArrayDiff): string {
  const [before, after] = [a, b].map((shape) => (shape === null ? '' : showShape(shape)));
  return before === '' || after === '' || before === after
    ? before || after
    : `${before} → ${after}`;
}

function verdictOf({ within, shapes: [a, b], reason }: ArrayDiff): string {
  if (a === null || b === null) return reason;
  if (reason !== '') return 'other shape';
  return within ? '' : 'different';
}
