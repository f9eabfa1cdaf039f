/**
 * Edit distance between two texts: insertions, deletions, substitutions and swaps of neighbours count 1.
 *
 * @see Damerau, "A technique for computer detection and correction of spelling errors", CACM 1964; here in
 *   the restricted form (optimal string alignment).
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(substituted, previous[j] + 1, row[j - 1] + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length];
}

/** Longest text that is compared; a longer one is not a misspelt name. */
const LONGEST = 100;

/**
 * Returns the name closest to a misspelt one, ignoring case; null if no name is close: at most a third of the
 * characters may differ. The first of equally close names wins.
 */
export function closestName(misspelt: string, names: Iterable<string>): string | null {
  if (misspelt.length > LONGEST) return null;
  const wanted = misspelt.toLowerCase();
  let closest: string | null = null;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < least) [closest, least] = [name, distance];
  }
  return closest;
}

/** `; did you mean NAME?` if a name is close to a misspelt one; otherwise an empty text. */
export function didYouMean(misspelt: string, names: Iterable<string>): string {
  const closest = closestName(misspelt, names);
  return closest === null ? '' : `; did you mean ${closest}?`;
}
