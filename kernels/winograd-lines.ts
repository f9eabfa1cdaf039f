/**
 * One-dimensional transforms on `bytes` of adjacent channels: the rows of Bᵀ and Aᵀ written out.
 * A tile is transformed by one of them on each of its rows, then on each of its columns.
 *
 * The points are the first of 0, 1, −1, 2, −2, ½, −½, and ∞, in this order. The rows of a and −a share an even and an
 * odd part, which contain most of the multiplications. `test/plan/algorithms/winograd-matrices.test.ts` computes
 * the matrices from the formula in `src/plan/algorithms/winograd/matrices.ts`.
 */

/** to = Bᵀ · from, for 4, 6 or 8 points; element i of `to` and `from` is i steps after element 0. */
export function input_line(
  points: i32,
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  bytes: usize,
): void {
  if (points == 8) input_line_8(from, fromStep, to, toStep, bytes);
  else if (points == 6) input_line_6(from, fromStep, to, toStep, bytes);
  else input_line_4(from, fromStep, to, toStep, bytes);
}

function input_line_4(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 16, to += 16) {
    let p = from;
    const d0 = v128.load(p);
    const d1 = v128.load((p += fromStep));
    const d2 = v128.load((p += fromStep));
    const d3 = v128.load(p + fromStep);
    p = to;
    v128.store(p, f32x4.sub(d2, d0));
    v128.store((p += toStep), f32x4.add(d2, d1));
    v128.store((p += toStep), f32x4.sub(d2, d1));
    v128.store(p + toStep, f32x4.sub(d3, d1));
  }
}

function input_line_6(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize): void {
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  const five = f32x4.splat(5);
  for (const end = from + bytes; from < end; from += 16, to += 16) {
    let p = from;
    const d0 = v128.load(p);
    const d1 = v128.load((p += fromStep));
    const d2 = v128.load((p += fromStep));
    const d3 = v128.load((p += fromStep));
    const d4 = v128.load((p += fromStep));
    const d5 = v128.load(p + fromStep);
    p = to;
    // 4·d0 − 5·d2 + d4, and the same with indices + 1 at the end
    v128.store(p, f32x4.add(f32x4.sub(f32x4.mul(four, d0), f32x4.mul(five, d2)), d4));
    let even = f32x4.sub(d4, f32x4.mul(four, d2));
    let odd = f32x4.sub(d3, f32x4.mul(four, d1));
    v128.store((p += toStep), f32x4.add(even, odd));
    v128.store((p += toStep), f32x4.sub(even, odd));
    even = f32x4.sub(d4, d2);
    odd = f32x4.mul(two, f32x4.sub(d3, d1));
    v128.store((p += toStep), f32x4.add(even, odd));
    v128.store((p += toStep), f32x4.sub(even, odd));
    v128.store(p + toStep, f32x4.add(f32x4.sub(f32x4.mul(four, d1), f32x4.mul(five, d3)), d5));
  }
}

function input_line_8(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 16, to += 16) {
    let p = from;
    const d0 = v128.load(p);
    const d1 = v128.load((p += fromStep));
    const d2 = v128.load((p += fromStep));
    const d3 = v128.load((p += fromStep));
    const d4 = v128.load((p += fromStep));
    const d5 = v128.load((p += fromStep));
    const d6 = v128.load((p += fromStep));
    const d7 = v128.load(p + fromStep);
    p = to;
    // (d6 − d0) + 5.25·(d2 − d4), and the same with indices + 1 at the end
    v128.store(p, f32x4.add(f32x4.sub(d6, d0), f32x4.mul(f32x4.splat(5.25), f32x4.sub(d2, d4))));
    // d6 − 4.25·d4 + d2, d5 − 4.25·d3 + d1
    let even = f32x4.sub(f32x4.add(d6, d2), f32x4.mul(f32x4.splat(4.25), d4));
    let odd = f32x4.sub(f32x4.add(d5, d1), f32x4.mul(f32x4.splat(4.25), d3));
    v128.store((p += toStep), f32x4.add(even, odd));
    v128.store((p += toStep), f32x4.sub(even, odd));
    // d6 − 1.25·d4 + 0.25·d2, 2·(d5 − 1.25·d3 + 0.25·d1)
    even = f32x4.sub(
      f32x4.add(d6, f32x4.mul(f32x4.splat(0.25), d2)),
      f32x4.mul(f32x4.splat(1.25), d4),
    );
    odd = f32x4.sub(
      f32x4.add(f32x4.add(d5, d5), f32x4.mul(f32x4.splat(0.5), d1)),
      f32x4.mul(f32x4.splat(2.5), d3),
    );
    v128.store((p += toStep), f32x4.add(even, odd));
    v128.store((p += toStep), f32x4.sub(even, odd));
    // d6 − 5·d4 + 4·d2, (d5 − 5·d3 + 4·d1) / 2
    even = f32x4.sub(f32x4.add(d6, f32x4.mul(f32x4.splat(4), d2)), f32x4.mul(f32x4.splat(5), d4));
    odd = f32x4.sub(
      f32x4.add(f32x4.mul(f32x4.splat(0.5), d5), f32x4.add(d1, d1)),
      f32x4.mul(f32x4.splat(2.5), d3),
    );
    v128.store((p += toStep), f32x4.add(even, odd));
    v128.store((p += toStep), f32x4.sub(even, odd));
    v128.store(
      p + toStep,
      f32x4.add(f32x4.sub(d7, d1), f32x4.mul(f32x4.splat(5.25), f32x4.sub(d3, d5))),
    );
  }
}

/** to = max(Aᵀ · from, floor), from `points` elements to `tile` elements; NaN stays NaN. */
export function output_line(
  points: i32,
  tile: i32,
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  bytes: usize,
  floor: f32,
): void {
  if (points == 4) output_line_2_of_4(from, fromStep, to, toStep, bytes, floor);
  else if (points == 6) output_line_4_of_6(from, fromStep, to, toStep, bytes, floor);
  else if (tile == 6) output_line_6_of_8(from, fromStep, to, toStep, bytes, floor);
  else output_line_2_of_8(from, fromStep, to, toStep, bytes, floor);
}

function output_line_2_of_4(
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  bytes: usize,
  floor: f32,
): void {
  const least = f32x4.splat(floor);
  for (const end = from + bytes; from < end; from += 16, to += 16) {
    let p = from;
    const t0 = v128.load(p);
    const t1 = v128.load((p += fromStep));
    const t2 = v128.load((p += fromStep));
    const t3 = v128.load(p + fromStep);
    v128.store(to, f32x4.pmax(f32x4.add(t0, f32x4.add(t1, t2)), least));
    v128.store(to + toStep, f32x4.pmax(f32x4.add(f32x4.sub(t1, t2), t3), least));
  }
}

function output_line_4_of_6(
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  bytes: usize,
  floor: f32,
): void {
  const least = f32x4.splat(floor);
  for (const end = from + bytes; from < end; from += 16, to += 16) {
    let p = from;
    const t0 = v128.load(p);
    const t1 = v128.load((p += fromStep));
    const t2 = v128.load((p += fromStep));
    const t3 = v128.load((p += fromStep));
    const t4 = v128.load((p += fromStep));
    const t5 = v128.load(p + fromStep);
    const even1 = f32x4.add(t1, t2);
    const odd1 = f32x4.sub(t1, t2);
    const even2 = f32x4.add(t3, t4);
    const odd2 = f32x4.sub(t3, t4);
    p = to;
    v128.store(p, f32x4.pmax(f32x4.add(t0, f32x4.add(even1, even2)), least));
    v128.store((p += toStep), f32x4.pmax(f32x4.add(odd1, f32x4.add(odd2, odd2)), least));
    let y = f32x4.add(even1, f32x4.mul(f32x4.splat(4), even2));
    v128.store((p += toStep), f32x4.pmax(y, least));
    y = f32x4.add(f32x4.add(odd1, t5), f32x4.mul(f32x4.splat(8), odd2));
    v128.store(p + toStep, f32x4.pmax(y, least));
  }
}

function output_line_6_of_8(
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  bytes: usize,
  floor: f32,
): void {
  const least = f32x4.splat(floor);
  for (const end = from + bytes; from < end; from += 16, to += 16) {
    let p = from;
    const t0 = v128.load(p);
    const t1 = v128.load((p += fromStep));
    const t2 = v128.load((p += fromStep));
    const t3 = v128.load((p += fromStep));
    const t4 = v128.load((p += fromStep));
    const t5 = v128.load((p += fromStep));
    const t6 = v128.load((p += fromStep));
    const t7 = v128.load(p + fromStep);
    const even1 = f32x4.add(t1, t2);
    const odd1 = f32x4.sub(t1, t2);
    const even2 = f32x4.add(t3, t4);
    const odd2 = f32x4.sub(t3, t4);
    const evenHalf = f32x4.add(t5, t6);
    const oddHalf = f32x4.sub(t5, t6);
    p = to;
    let y = f32x4.add(f32x4.add(t0, even1), f32x4.add(even2, evenHalf));
    v128.store(p, f32x4.pmax(y, least));
    y = f32x4.add(f32x4.add(odd2, odd2), f32x4.mul(f32x4.splat(0.5), oddHalf));
    v128.store((p += toStep), f32x4.pmax(f32x4.add(odd1, y), least));
    y = weighted(even1, 4, even2, 0.25, evenHalf);
    v128.store((p += toStep), f32x4.pmax(y, least));
    y = weighted(odd1, 8, odd2, 0.125, oddHalf);
    v128.store((p += toStep), f32x4.pmax(y, least));
    y = weighted(even1, 16, even2, 0.0625, evenHalf);
    v128.store((p += toStep), f32x4.pmax(y, least));
    y = f32x4.add(weighted(odd1, 32, odd2, 0.03125, oddHalf), t7);
    v128.store(p + toStep, f32x4.pmax(y, least));
  }
}

function output_line_2_of_8(
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  bytes: usize,
  floor: f32,
): void {
  const least = f32x4.splat(floor);
  for (const end = from + bytes; from < end; from += 16, to += 16) {
    let p = from;
    const t0 = v128.load(p);
    const t1 = v128.load((p += fromStep));
    const t2 = v128.load((p += fromStep));
    const t3 = v128.load((p += fromStep));
    const t4 = v128.load((p += fromStep));
    const t5 = v128.load((p += fromStep));
    const t6 = v128.load((p += fromStep));
    const t7 = v128.load(p + fromStep);
    const evens = f32x4.add(f32x4.add(f32x4.add(t1, t2), f32x4.add(t3, t4)), f32x4.add(t5, t6));
    v128.store(to, f32x4.pmax(f32x4.add(t0, evens), least));
    const odds = weighted(f32x4.sub(t1, t2), 2, f32x4.sub(t3, t4), 0.5, f32x4.sub(t5, t6));
    v128.store(to + toStep, f32x4.pmax(f32x4.add(odds, t7), least));
  }
}

/** one + (a · two + b · half). */
function weighted(one: v128, a: f32, two: v128, b: f32, half: v128): v128 {
  const rest = f32x4.add(f32x4.mul(f32x4.splat(a), two), f32x4.mul(f32x4.splat(b), half));
  return f32x4.add(one, rest);
}
