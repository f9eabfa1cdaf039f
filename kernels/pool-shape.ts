/** Geometry of a pooling: eleven i32, in the order in which `src/backend/wasm/pooling.ts` writes them. */
@unmanaged
export class PoolShape {
  /** Number of maps: images times channels. */
  planes: i32;
  height: i32;
  width: i32;
  outHeight: i32;
  outWidth: i32;
  windowY: i32;
  windowX: i32;
  strideY: i32;
  strideX: i32;
  paddingY: i32;
  paddingX: i32;
}

/**
 * Loads four f32 for four neighbouring windows: 1 or 2 elements apart. Reads 16 or 32 bytes.
 */
export function neighbours(address: usize, stride: i32): v128 {
  const low = v128.load(address);
  if (stride == 1) return low;
  return v128.shuffle<f32>(low, v128.load(address, 16), 0, 2, 4, 6);
}

/**
 * True if four windows, the first one starting in column `left`, are inside their row with all bytes
 * that {@link neighbours} reads.
 */
export function fourFit(left: i32, p: PoolShape): bool {
  const stride = p.strideX;
  return stride <= 2 && left >= 0 && left + p.windowX - 1 + 4 * stride <= p.width;
}
