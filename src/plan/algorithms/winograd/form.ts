/** A tile size and a window size for which kernels exist: F(tile × tile, taps × taps). */
export type WinogradForm =
  { readonly tile: 2 | 4 | 6; readonly taps: 3 } | { readonly tile: 2; readonly taps: 7 };
/** All forms. */
export const FORMS: readonly WinogradForm[] = [
  { tile: 2, taps: 3 },
  { tile: 4, taps: 3 },
  { tile: 6, taps: 3 },
  { tile: 2, taps: 7 },
];

/** Returns the number of points along a side of a transformed tile. */
export function pointsOf({ tile, taps }: WinogradForm): number {
  return tile + taps - 1;
}

/** Returns the name of a form as in the literature: outputs of a tile, taps of the window. */
export function nameOfForm({ tile, taps }: WinogradForm): string {
  return `F(${String(tile)}×${String(tile)},${String(taps)}×${String(taps)})`;
}

/** Returns the form of an algorithm by its name; null for any other algorithm. */
export function formNamed(algorithm: string): WinogradForm | null {
  return FORMS.find((form) => nameOfForm(form) === algorithm) ?? null;
}
