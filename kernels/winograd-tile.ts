/** Where a tile lies. Of a dilated convolution it belongs to one of several grids, otherwise to the only one. */
import { WinogradJob } from './winograd-job';

/** Row of the tile's grid: of the first output, in the map, of its grid. */
export function grid_row(j: WinogradJob, tile: i32): i32 {
  return tile / j.gridTiles / j.dilationColumns;
}

/** Column of the tile's grid. */
export function grid_column(j: WinogradJob, tile: i32): i32 {
  return (tile / j.gridTiles) % j.dilationColumns;
}

/** The tile's first row of outputs, in its grid. */
export function tile_top(j: WinogradJob, tile: i32): i32 {
  return ((tile % j.gridTiles) / j.tileColumns) * j.tile;
}

/** The tile's first column of outputs, in its grid. */
export function tile_left(j: WinogradJob, tile: i32): i32 {
  return ((tile % j.gridTiles) % j.tileColumns) * j.tile;
}

/** Outputs of a line, every `dilation`-th from `first` on. */
export function grid_size(size: i32, first: i32, dilation: i32): i32 {
  return (size - first + dilation - 1) / dilation;
}
