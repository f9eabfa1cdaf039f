/**
 * What layers are expected to cost, in products with a sum of the micro-kernel: to choose between
 * algorithms, and to tell which layers take the time.
 *
 * Costs of moving numbers come from measurements: of the layers of VGG16, one by one, and of
 * whole plans of the published networks.
 */
import { numel } from '../../core/shape.js';
import { macsOf } from '../layers/macs.js';
import {
  unpooledShape,
  type ConvLayer,
  type PlanLayer,
  type TransposedLayer,
} from '../layers/layers.js';
import { tilesOf } from './winograd/blocking.js';
import { pointsOf } from './winograd/form.js';
import type { WinogradForm } from './winograd/form.js';

/** Time to transform a number, and to fetch a weight from memory. */
const TRANSFORM_COST = 16;
const FETCH_COST = 4;

/** Time to read or write a number of a map that is only compared or added, or just copied. */
const MOVE_COST = 8;
const COPY_COST = 3;

/** Time that a kernel of one channel takes for a product with a sum: its numbers are used once. */
const DIAGONAL_COST = 4;

/** Tiles that share the weights they fetched. */
const TILES_PER_TASK = 64;

/** A convolution by Winograd's algorithm. */
export function winogradCost(form: WinogradForm, layer: ConvLayer): number {
  const [, , rows, columns] = unpooledShape(layer);
  const [O, C] = layer.weight.shape;
  const tiles = tilesOf({ form, rows, columns, dilation: layer.attrs.dilation }).tileCount;
  const fetches = Math.ceil(tiles / TILES_PER_TASK) * FETCH_COST * C * O;
  return pointsOf(form) ** 2 * (tiles * (C * O + TRANSFORM_COST * (C + O)) + fetches);
}

/** A convolution term by term. */
export function directCost(layer: ConvLayer): number {
  const [, , rows, columns] = unpooledShape(layer);
  const [O, I, kH, kW] = layer.weight.shape;
  return kH * kW * I * O * (rows * columns + FETCH_COST);
}

/**
 * Any layer.
 *
 * @param form - Winograd's, if the layer is computed so; else null.
 */
export function layerCost(layer: PlanLayer, form: WinogradForm | null): number {
  switch (layer.kind) {
    case 'conv': {
      const convolution = form === null ? directCost(layer) : winogradCost(form, layer);
      const pooledApart = form === null && layer.pool !== null;
      return convolution + (pooledApart ? MOVE_COST * numel(unpooledShape(layer)) : 0);
    }
    case 'convTranspose':
      return transposedCost(layer);
    case 'crop':
    case 'concat':
      return COPY_COST * numbersTouched(layer);
    case 'maxPool':
    case 'sum':
    case 'op': {
      return macsOf(layer) + MOVE_COST * numbersTouched(layer);
    }
  }
}

function transposedCost(layer: TransposedLayer): number {
  const { inputs, output, weight, structure } = layer;
  const [, O, kH, kW] = weight.shape;
  const moved = MOVE_COST * numel(output.shape);
  const stamps = numel(inputs[0].shape) * kH * kW;
  return moved + stamps * (structure === 'diagonal' ? DIAGONAL_COST : O);
}

function numbersTouched({ inputs, output }: PlanLayer): number {
  return [...inputs, output].reduce((sum, { shape }) => sum + numel(shape), 0);
}
