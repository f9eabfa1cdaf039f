import type { PlanLayer, ConvLayer, LayerList } from './layers.js';

/** A chain of convolutions that are computed together, in bands of rows. */
export interface BandsLayer extends Pick<PlanLayer, 'name' | 'inputs' | 'output'> {
  /** Kind of the layer. */
  readonly kind: 'bands';
  /** The convolutions. */
  readonly layers: readonly ConvLayer[];
}

/** What is computed at one go. */
export type UnitLayer = PlanLayer | BandsLayer;

/** Work, with the inputs and outputs of the network that it is part of. */
export interface UnitLayerList extends Pick<LayerList, 'inputs' | 'outputs'> {
  /** The work, in its order. */
  readonly layers: readonly UnitLayer[];
}
