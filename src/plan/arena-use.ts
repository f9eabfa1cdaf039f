import type { PlanDraft } from './compile.js';
import type { PlanValue } from './layers.js';
import { liveness, type Lifetime } from './liveness.js';
import type { Stretch } from './steps/lay-out.js';

/** What a stretch of a plan's memory is for. */
export type UseKind = 'map' | 'workspace' | 'image' | 'result';

/**
 * A stretch of a plan's memory that holds something for some steps. Layer i is step i; the image comes in
 * before them, in step −1, and the result goes out behind them.
 */
export interface ArenaUse extends Lifetime, Stretch {
  /** What it is for: a layer's output, its workspace, or what is exchanged with the caller. */
  readonly kind: UseKind;
  /** Name of the value or, for a workspace, of the layer. */
  readonly name: string;
}

/** Everything that ever lies in the memory of a plan, as it was laid out. */
export function arenaUses({ prepared, layout }: PlanDraft): ArenaUse[] {
  const layers = prepared.map(({ layer }) => layer);
  const placeOf = (value: PlanValue): Stretch => ({
    offset: layout.offset(value),
    bytes: layout.size(value),
  });
  const uses: ArenaUse[] = [
    { kind: 'image', name: 'image', first: -1, last: -1, ...layout.inputStaging },
    ...liveness(layers).map(({ value, first, last }) => {
      return { kind: 'map', name: value.name, first, last, ...placeOf(value) } as const;
    }),
    ...layout.workspaces.map((stretch, i) => {
      return { kind: 'workspace', name: layers[i].name, first: i, last: i, ...stretch } as const;
    }),
  ];
  const end = layers.length;
  if (layout.outputStaging !== null) {
    uses.push({ kind: 'result', name: 'result', first: end, last: end, ...layout.outputStaging });
  }
  return uses.filter(({ bytes }) => bytes > 0);
}
