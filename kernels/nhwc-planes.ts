/**
 * Conversion between contiguous planes `[channels][height][width]` and an NHWC map. All fields are 4 bytes,
 * steps in bytes. `src/plan/algorithms/maps/planes-job.ts` writes the job.
 */
@unmanaged
class PlanesJob {
  /** Element (0, 0) of plane 0. */
  planes: usize;
  /** Pixel (0, 0), channel 0. */
  map: usize;
  rowStep: i32;
  columnStep: i32;
  height: i32;
  width: i32;
  channels: i32;
  /** Rows of a task. */
  bandRows: i32;
}

/** Runs one task, a band of rows: map = planes; padding channels = 0. `address` points to a {@link PlanesJob}. */
export function nhwc_from_planes_f32(address: usize, task: i32): void {
  const job = changetype<PlanesJob>(address);
  const plane = (<usize>(job.height * job.width)) << 2;
  const first = task * job.bandRows;
  const end = min(first + job.bandRows, job.height);
  for (let row = first; row < end; row++) {
    for (let c = 0; c << 2 < job.columnStep; c += 4) {
      const source = job.planes + <usize>c * plane + ((<usize>(row * job.width)) << 2);
      const target = job.map + <usize>(row * job.rowStep) + ((<usize>c) << 2);
      const count = min(4, job.channels - c);
      if (count == 4) four_from_planes(source, plane, target, <usize>job.columnStep, job.width);
      else few_from_planes(source, plane, target, <usize>job.columnStep, job.width, count);
    }
  }
}

/** Copies 4 channels of a row, transposed 4 pixels at a time. */
function four_from_planes(
  source: usize,
  plane: usize,
  target: usize,
  step: usize,
  width: i32,
): void {
  const plane2 = plane + plane;
  const plane3 = plane2 + plane;
  for (; width >= 4; width -= 4, source += 16, target += step << 2) {
    const a = v128.load(source);
    const b = v128.load(source + plane);
    const c = v128.load(source + plane2);
    const d = v128.load(source + plane3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(target + step, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(target + (step << 1), v128.shuffle<f64>(ab2, cd2, 0, 2));
    v128.store(target + (step << 1) + step, v128.shuffle<f64>(ab2, cd2, 1, 3));
  }
  few_from_planes(source, plane, target, step, width, 4);
}

/** Copies `count` of 4 channels of a row and writes zeros for the others; only zeros if `count` ≤ 0. */
function few_from_planes(
  source: usize,
  plane: usize,
  target: usize,
  step: usize,
  width: i32,
  count: i32,
): void {
  for (; width > 0; width--, source += 4, target += step) {
    for (let c = 0; c < 4; c++) {
      const value: f32 = c < count ? load<f32>(source + <usize>c * plane) : 0;
      store<f32>(target + ((<usize>c) << 2), value);
    }
  }
}

/** Runs one task, a band of rows: planes = map. `address` points to a {@link PlanesJob}. */
export function nhwc_to_planes_f32(address: usize, task: i32): void {
  const job = changetype<PlanesJob>(address);
  const plane = (<usize>(job.height * job.width)) << 2;
  const first = task * job.bandRows;
  const end = min(first + job.bandRows, job.height);
  for (let row = first; row < end; row++) {
    for (let c = 0; c < job.channels; c += 4) {
      const source = job.map + <usize>(row * job.rowStep) + ((<usize>c) << 2);
      const target = job.planes + <usize>c * plane + ((<usize>(row * job.width)) << 2);
      const count = min(4, job.channels - c);
      if (count == 4) four_to_planes(source, <usize>job.columnStep, target, plane, job.width);
      else few_to_planes(source, <usize>job.columnStep, target, plane, job.width, count);
    }
  }
}

/** Copies 4 channels of a row, transposed 4 pixels at a time. */
function four_to_planes(source: usize, step: usize, target: usize, plane: usize, width: i32): void {
  const step2 = step + step;
  const step3 = step2 + step;
  for (; width >= 4; width -= 4, source += step << 2, target += 16) {
    const a = v128.load(source);
    const b = v128.load(source + step);
    const c = v128.load(source + step2);
    const d = v128.load(source + step3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(target + plane, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(target + (plane << 1), v128.shuffle<f64>(ab2, cd2, 0, 2));
    v128.store(target + (plane << 1) + plane, v128.shuffle<f64>(ab2, cd2, 1, 3));
  }
  few_to_planes(source, step, target, plane, width, 4);
}

/** Copies `count` of 4 channels of a row, pixel by pixel. */
function few_to_planes(
  source: usize,
  step: usize,
  target: usize,
  plane: usize,
  width: i32,
  count: i32,
): void {
  for (; width > 0; width--, source += step, target += 4) {
    for (let c = 0; c < count; c++) {
      store<f32>(target + <usize>c * plane, load<f32>(source + ((<usize>c) << 2)));
    }
  }
}
