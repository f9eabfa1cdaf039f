/** An absolute or relative difference as a cell of a table. */
export function shownDifference(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(2);
}

/** A difference in units of the last place as a cell of a table. */
export function shownUlps(ulps: number): string {
  return Number(ulps.toPrecision(3)).toString();
}
