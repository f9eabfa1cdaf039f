/**
 * Estimated costs of layers, in products with a sum of the micro-kernel. They decide between algorithms and
 * show which layers take the time.
 *
 * Costs of moving numbers were measured on single layers of VGG16 and on whole plans of the published
 * networks.
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

/** Time to transform a number and to fetch a weight from memory. */
const TRANSFORM_COST = 16;
const FETCH_COST = 4;

/** Time to read or write a number of a map that is compared or added, or only copied. */
const MOVE_COST = 8;
const COPY_COST = 3;

/** Time of a product with a sum in a kernel of one channel, which uses each number once. */
const DIAGONAL_COST = 4;

/** Tiles that share fetched weights. */
const TILES_PER_TASK = 64;

/** Returns the cost of a convolution by Winograd's algorithm. */
export function winogradCost(form: WinogradForm, layer: ConvLayer): number {
  const [, , rows, columns] = unpooledShape(layer);
  const [O, C] = layer.weight.shape;
  const tiles = tilesOf({ form, rows, columns, dilation: layer.attrs.dilation }).tileCount;
  const fetches = Math.ceil(tiles / TILES_PER_TASK) * FETCH_COST * C * O;
  return pointsOf(form) ** 2 * (tiles * (C * O + TRANSFORM_COST * (C + O)) + fetches);
}

/** Returns the cost of a direct convolution. */
export function directCost(layer: ConvLayer): number {
  const [, , rows, columns] = unpooledShape(layer);
  const [O, I, kH, kW] = layer.weight.shape;
  return kH * kW * I * O * (rows * columns + FETCH_COST);
}

/**
 * Returns the cost of any layer.
 *
 * @param form - Form of Winograd's algorithm that computes the layer; null for any other algorithm.
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
