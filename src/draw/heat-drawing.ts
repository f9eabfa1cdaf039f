/** A photo as rows of RGB triples. */
export interface HeatPicture {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `[height, width, 3]`, 0 … 255. */
  readonly data: Uint8Array;
}

/** The colours of 0, ¼, ½, ¾ and 1; between them, straight lines. */
const STOPS = [
  [20, 20, 90],
  [0, 120, 190],
  [40, 190, 120],
  [250, 220, 60],
  [210, 30, 30],
] as const;

/** Share of heat in a pixel; the rest is the photo. */
const OPACITY = 0.55;

/** Three columns and five rows per sign, the rows from top to bottom as bits. */
const SIGNS: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 1, 1],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  '.': [0, 0, 0, 0, 2],
};

/** Length and height of the colour scale, its distance from the edges, and the size of a sign's dot. */
const SCALE = { length: 120, height: 8, margin: 6, dot: 2 } as const;

/** The colour of a value in 0 … 1 as red, green and blue, 0 … 255. */
export function heatColour(value: number): readonly [number, number, number] {
  const place = Math.min(Math.max(value, 0), 1) * (STOPS.length - 1);
  const below = Math.min(Math.floor(place), STOPS.length - 2);
  const t = place - below;
  const [from, to] = [STOPS[below], STOPS[below + 1]];
  const mix = (c: 0 | 1 | 2): number => Math.round(from[c] + t * (to[c] - from[c]));
  return [mix(0), mix(1), mix(2)];
}

/**
 * Draws a heat map over a photo, with a colour scale from 0 to `top` in the lower left corner if the
 * photo is large enough.
 *
 * @param heat - `[height, width]`, 0 … `top`.
 * @returns A new picture.
 */
export function drawHeat(photo: HeatPicture, heat: Float32Array, top: number): HeatPicture {
  const data = new Uint8Array(photo.data.length);
  for (let i = 0; i < heat.length; i++) {
    const colour = heatColour(top > 0 ? heat[i] / top : 0);
    for (let c = 0; c < 3; c++) {
      const under = photo.data[3 * i + c];
      data[3 * i + c] = Math.round(under + OPACITY * (colour[c] - under));
    }
  }
  const drawn = { ...photo, data };
  const { length, height, margin, dot } = SCALE;
  if (photo.width >= 2 * length && photo.height >= 5 * (height + 5 * dot + margin)) {
    drawScale(drawn, top);
  }
  return drawn;
}

function drawScale(picture: HeatPicture, top: number): void {
  const { length, height, margin, dot } = SCALE;
  const y = picture.height - margin - 5 * dot - 3 - height;
  fill(picture, [margin - 1, y - 1], [length + 2, height + 2], [255, 255, 255]);
  for (let x = 0; x < length; x++) {
    fill(picture, [margin + x, y], [1, height], heatColour(x / (length - 1)));
  }
  const most = top.toFixed(top < 10 ? 2 : 0);
  write(picture, '0', [margin, y + height + 3]);
  write(picture, most, [margin + length - 4 * dot * most.length, y + height + 3]);
}

/** Writes digits and dots, in white on a dark ground. */
function write(picture: HeatPicture, text: string, [x, y]: readonly [number, number]): void {
  const { dot } = SCALE;
  fill(picture, [x - 1, y - 1], [4 * dot * text.length + 1, 5 * dot + 2], [30, 30, 30]);
  Array.from(text).forEach((sign, position) => {
    SIGNS[sign].forEach((bits, row) => {
      for (let column = 0; column < 3; column++) {
        if ((bits >> (2 - column)) & 1) {
          const at = [x + dot * (4 * position + column), y + dot * row] as const;
          fill(picture, at, [dot, dot], [255, 255, 255]);
        }
      }
    });
  });
}

function fill(
  { width, data }: HeatPicture,
  [left, top]: readonly [number, number],
  [columns, rows]: readonly [number, number],
  colour: readonly number[],
): void {
  for (let y = top; y < top + rows; y++) {
    for (let x = left; x < left + columns; x++) data.set(colour, 3 * (y * width + x));
  }
}
