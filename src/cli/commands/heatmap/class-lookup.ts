import { editDistance } from '../../../core/closest-name.js';
import { usageError } from '../../shell/exit-codes.js';

/** Largest number of names in an error message. */
const LISTED = 8;

/**
 * Finds a class by its id, by its name or one of the names that commas separate in it, or by a part
 * of a name that no other class has. Letter case does not matter.
 *
 * @param names - Name of every class, such as `tabby, tabby cat`, by id.
 * @returns The id.
 * @throws {@link CommandError} (usage) that lists similar classes.
 */
export function findClass(names: readonly string[], wanted: string): number {
  const query = wanted.trim().toLowerCase();
  if (/^\d+$/.test(query)) {
    if (Number(query) < names.length) return Number(query);
    throw usageError(`no class ${query}: ids go from 0 to ${String(names.length - 1)}`);
  }
  if (query === '') throw usageError('the name of the class is empty');
  const exact = idsWhere(names, (name) => name === query || synonyms(name).includes(query));
  const found = exact.length > 0 ? exact : idsWhere(names, (name) => name.includes(query));
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    throw usageError(`"${wanted}" may be any of ${list(names, found)}; say which, or its id`);
  }
  throw usageError(`no class "${wanted}"; the nearest are ${list(names, nearest(names, query))}`);
}

function idsWhere(names: readonly string[], test: (name: string) => boolean): number[] {
  return names.flatMap((name, id) => (test(name.toLowerCase()) ? [id] : []));
}

function synonyms(name: string): string[] {
  return name.split(',').map((part) => part.trim());
}

function list(names: readonly string[], ids: readonly number[]): string {
  const shown = ids.slice(0, LISTED).map((id) => `${String(id)} "${names[id]}"`);
  const more = ids.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
}

/** Ids of the classes with a word or name at the smallest edit distances from the query. */
function nearest(names: readonly string[], query: string): number[] {
  const distances = names.map((name, id) => {
    const parts = synonyms(name.toLowerCase()).flatMap((part) => [part, ...part.split(' ')]);
    return { id, distance: Math.min(...parts.map((part) => editDistance(part, query))) };
  });
  return distances
    .sort((a, b) => a.distance - b.distance || a.id - b.id)
    .slice(0, 5)
    .map(({ id }) => id);
}
