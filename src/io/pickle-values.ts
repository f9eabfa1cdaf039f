/** Value of a pickle: data, and results of the functions that the reader provides. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleObject;

/** An immutable sequence. */
export type PickleTuple = readonly PickleValue[];

/** A list. */
export interface PickleList {
  /** Discriminant. */
  readonly kind: 'list';
  /** Its items. */
  readonly items: PickleValue[];
}

/** A dict, ordered or not, as a Map: unlike in an object, no key has a special meaning. */
export type PickleDict = Map<PickleValue, PickleValue>;

/** A name of Python that the reader knows: a function of its own, or a constant. */
export interface PickleGlobal {
  /** Discriminant. */
  readonly kind: 'global';
  /** `collections.OrderedDict` */
  readonly name: string;
  /** Function that a call runs; undefined for a constant. */
  readonly call?: (args: PickleTuple, fail: (reason: string) => never) => PickleValue;
}

/** Object that a reader builds from a call or a persistent id. */
export interface PickleObject {
  /** Kind of object, such as `tensor`. */
  readonly kind: string;
}

/** The value if it is a tuple, else null. */
export function asTuple(value: PickleValue | undefined): PickleTuple | null {
  return Array.isArray(value) ? value : null;
}

/** True for a list. */
export function isList(value: PickleValue | undefined): value is PickleList {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'list';
}

/** The items of a list or tuple, else null. */
export function asItems(value: PickleValue | undefined): readonly PickleValue[] | null {
  return isList(value) ? value.items : asTuple(value);
}

/** The value if it is a count: an integer of at least 0 that is exact. */
export function asCount(value: PickleValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** The value if it is a tuple of counts, such as a size. */
export function asCounts(value: PickleValue | undefined): readonly number[] | null {
  const counts = asTuple(value)?.map(asCount);
  return counts?.every((count) => count !== null) ? counts : null;
}
