/** Descriptions of the layers of a plan, made before memory is allocated. */
import { macsOf } from './layers/macs.js';
import { wholeOf, type PlanLayer } from './layers/layers.js';
import type { LayerDescription, LayerRegion } from './plan.js';
import { areaOf, hullOf, NOWHERE, type Rect } from '../core/rect.js';
import { rectsOfChain } from './layers/footprint.js';
import type { MeasuredPrograms, MeasuredProgram } from './program/measure.js';
import type { ProgramUnit } from './program/program-unit.js';

/** A layer of a unit: the only one, unless the unit is a chain in bands. */
interface Member {
  readonly layer: PlanLayer;
  readonly algorithm: string;
  /** True if it writes a map of the plan, false if it writes rows for the next layer of the chain. */
  readonly last: boolean;
}

/** Describes each layer, in their order. */
export function describePrograms({ first, later }: MeasuredPrograms): LayerDescription[] {
  return first.units.flatMap((unit, i) =>
    membersOf(unit).map((member, m) => ({
      ...{ name: member.layer.name, kind: member.layer.kind, algorithm: member.algorithm },
      ...{ reason: unit.algorithm.reason, shape: member.layer.output.shape },
      ...{ macs: macsOf(member.layer), ...placeOf(first, i, member) },
      region: later && { ...regionOf(later.units[i], m), ...placeOf(later, i, member) },
    })),
  );
}

/** Returns the layers of a unit. */
export function membersOf({ layer, algorithm }: ProgramUnit): Member[] {
  if (layer.kind !== 'bands') return [{ layer, algorithm: algorithm.name, last: true }];
  const algorithms = algorithm.name.split(', ');
  return layer.layers.map((one, m) => {
    return { layer: one, algorithm: algorithms[m], last: m + 1 === layer.layers.length };
  });
}

function placeOf(
  { layout, tasks }: MeasuredProgram,
  i: number,
  { layer: { output }, last }: Member,
): Pick<LayerDescription, 'offsetBytes' | 'sizeBytes' | 'workspaceBytes' | 'tasks'> {
  const { offset, bytes } = layout.workspaces[i];
  if (!last) return { offsetBytes: offset, sizeBytes: 0, workspaceBytes: 0, tasks: 0 };
  return {
    offsetBytes: layout.offset(output),
    sizeBytes: layout.size(output),
    workspaceBytes: bytes,
    tasks: tasks[i],
  };
}

function regionOf(unit: ProgramUnit, m: number): Pick<LayerRegion, 'rows' | 'columns' | 'macs'> {
  const { layer } = membersOf(unit)[m];
  const rects = unit.parts.map((part) => rectsOfMembers(unit, part)[m]);
  const { rows, columns } = rects.reduce(hullOf, NOWHERE);
  const area = rects.reduce((sum, rect) => sum + areaOf(rect), 0);
  return {
    rows: [rows.start, rows.end],
    columns: [columns.start, columns.end],
    macs: Math.round((macsOf(layer) * area) / areaOf(wholeOf(layer.output))),
  };
}

function rectsOfMembers({ layer }: ProgramUnit, part: Rect): Rect[] {
  return layer.kind === 'bands' ? rectsOfChain(layer.layers, part) : [part];
}
