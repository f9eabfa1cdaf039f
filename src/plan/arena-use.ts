import type { PlanDraft } from './compile.js';
import type { PlanValue } from './layers/layers.js';
import { liveness, type Lifetime } from './layers/liveness.js';
import type { Stretch } from './program/lay-out.js';

/** Purpose of a stretch of a plan's memory. */
export type UseKind = 'map' | 'workspace' | 'image' | 'result';

/**
 * A stretch of a plan's memory that is in use for some steps. Layer i is step i; the image is written before
 * them, in step −1, and the result is read after them.
 */
export interface ArenaUse extends Lifetime, Stretch {
  /** Purpose: a layer's output, its workspace, or an image or result in the caller's order. */
  readonly kind: UseKind;
  /** Name of the value or, for a workspace, of the layer. */
  readonly name: string;
}

/** Returns every use of the memory of a plan's first program, as it was laid out. */
export function arenaUses({ list, measured: { first } }: PlanDraft): ArenaUse[] {
  const { units, layout } = first;
  const layers = units.map(({ layer }) => layer);
  const placeOf = (value: PlanValue): Stretch => ({
    offset: layout.offset(value),
    bytes: layout.size(value),
  });
  const end = layers.length;
  const uses: ArenaUse[] = [
    ...layout.inputs.flatMap(({ value, staging }) =>
      staging === null
        ? []
        : [{ kind: 'image', name: value.name, first: -1, last: -1, ...staging } as const],
    ),
    ...liveness({ ...list, layers }).map((live) => {
      const { value } = live;
      const { first: from, last } = live;
      return { kind: 'map', name: value.name, first: from, last, ...placeOf(value) } as const;
    }),
    ...layout.workspaces.map((stretch, i) => {
      return { kind: 'workspace', name: layers[i].name, first: i, last: i, ...stretch } as const;
    }),
    ...layout.results.flatMap(({ result, staging }) =>
      staging === null
        ? []
        : [{ kind: 'result', name: result.value.name, first: end, last: end, ...staging } as const],
    ),
  ];
  return uses.filter(({ bytes }) => bytes > 0);
}
