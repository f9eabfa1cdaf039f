import type { PlanLayer, ConvLayer, LayerList } from './layers.js';

/** A chain of convolutions that are computed together, in bands of rows. */
export interface BandsLayer extends Pick<PlanLayer, 'name' | 'inputs' | 'output'> {
  /** Kind of the layer. */
  readonly kind: 'bands';
  /** The convolutions. */
  readonly layers: readonly ConvLayer[];
}

/** A layer, or a chain of layers, that one algorithm computes. */
export type UnitLayer = PlanLayer | BandsLayer;

/** The layers of all units, with the inputs and outputs of their network. */
export interface UnitLayerList extends Pick<LayerList, 'inputs' | 'outputs'> {
  /** The layers in the order in which they run. */
  readonly layers: readonly UnitLayer[];
}
