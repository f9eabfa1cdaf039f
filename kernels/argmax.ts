import { load_lanes } from './lanes';

/**
 * classes (u8) = the channel with the largest value of x `[n / (channels·inner)][channels][inner]` f32,
 * per pixel; the first at a tie; NaN never wins, 0 if all are NaN. 4 pixels at a time; channels ≤ 256.
 */
export function argmax_f32(x: usize, classes: usize, n: i32, channels: i32, inner: i32): void {
  const step = (<usize>inner) << 2;
  const image = <usize>channels * step;
  const end = x + ((<usize>n) << 2);
  const one = i32x4.splat(1);
  for (; x < end; x += image) {
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      const stop = i + image;
      let best = load_lanes(x + i, whole);
      let winner = i32x4.splat(0);
      let channel = i32x4.splat(0);
      for (let at = i + step; at < stop; at += step) {
        channel = i32x4.add(channel, one);
        const value = load_lanes(x + at, whole);
        const isNumber = f32x4.eq(value, value);
        const wins = v128.andnot(isNumber, f32x4.le(value, best)); // also true if best is NaN
        best = v128.bitselect(value, best, wins);
        winner = v128.bitselect(channel, winner, wins);
      }
      const words = i16x8.narrow_i32x4_s(winner, winner);
      const bytes = i8x16.narrow_i16x8_u(words, words);
      if (whole) v128.store_lane<i32>(classes, bytes, 0);
      else v128.store_lane<i8>(classes, bytes, 0);
      classes += whole ? 4 : 1;
      i += whole ? 16 : 4;
    }
  }
}
