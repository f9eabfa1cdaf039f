/** Loads four floats, or (not `whole`) one float into all lanes: for pixels after the last full vector. */
export function load_lanes(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load_splat<f32>(at);
}

/** Stores four floats, or (not `whole`) only the first one. */
export function store_lanes(at: usize, lanes: v128, whole: bool): void {
  if (whole) v128.store(at, lanes);
  else v128.store_lane<f32>(at, lanes, 0);
}
