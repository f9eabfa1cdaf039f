/** Position of a tile in its grid. A dilated convolution has several grids, others have one. */
import { WinogradJob } from './winograd-job';

/** Row in the map of the first output of the tile's grid. */
export function grid_row(j: WinogradJob, tile: i32): i32 {
  return tile / j.gridTiles / j.dilationColumns;
}

/** Column in the map of the first output of the tile's grid. */
export function grid_column(j: WinogradJob, tile: i32): i32 {
  return (tile / j.gridTiles) % j.dilationColumns;
}

/** First row of the tile's outputs, in its grid. */
export function tile_top(j: WinogradJob, tile: i32): i32 {
  return ((tile % j.gridTiles) / j.tileColumns) * j.tile;
}

/** First column of the tile's outputs, in its grid. */
export function tile_left(j: WinogradJob, tile: i32): i32 {
  return ((tile % j.gridTiles) % j.tileColumns) * j.tile;
}

/** Number of outputs of a line: every `dilation`-th from `first` on. */
export function grid_size(size: i32, first: i32, dilation: i32): i32 {
  return (size - first + dilation - 1) / dilation;
}
