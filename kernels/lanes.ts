/** Four floats, or (not `whole`) one of them in all lanes: for the pixels that fill no vector. */
export function load_lanes(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load_splat<f32>(at);
}

/** The counterpart: stores four floats, or (not `whole`) the first alone. */
export function store_lanes(at: usize, lanes: v128, whole: bool): void {
  if (whole) v128.store(at, lanes);
  else v128.store_lane<f32>(at, lanes, 0);
}
