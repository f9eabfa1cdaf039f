import { FcnError } from '../../../core/errors.js';
import type { Shape } from '../../../core/shape.js';
import { cropOffset } from '../../../graph/coordinates.js';
import { CaffeMessage } from '../../../io/caffe/message.js';
import { caffeType } from '../../../io/caffe/schema.js';
import { Tensor } from '../../../tensor/tensor.js';
import { LAYER_BUILDERS } from '../layers/index.js';
import { messageOf, type Fields } from '../message-of.js';

/** What a description is for: use alone, or learning too. */
export type Purpose = 'deploy' | 'training';

/** What a layer with filters is told. */
export interface FilterOptions {
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
}

/** Twice the rate and no decay for biases, as all of the paper's networks but one learn. */
const DOUBLED_BIAS: readonly Fields[] = [
  { lr_mult: 1, decay_mult: 1 },
  { lr_mult: 2, decay_mult: 0 },
];
const FROZEN: readonly Fields[] = [{ lr_mult: 0 }];
const DRY = { backend: null, rng: null };

/**
 * Writes a network's description layer by layer. Blobs are named after the layers that make them, and
 * every method returns the name of its layer's blob. Crop offsets follow from where pixels lie.
 */
export class NetBuilder {
  readonly purpose: Purpose;
  readonly #net = new CaffeMessage(caffeType('NetParameter'));
  /** Every blob without numbers, as it came to be. */
  readonly #blobs = new Map<string, Tensor>();
  #learning: 'doubled-bias' | 'plain' = 'doubled-bias';

  constructor(name: string, purpose: Purpose) {
    this.purpose = purpose;
    this.#net.add('name', name);
  }

  /** The description so far. */
  get net(): CaffeMessage {
    return this.#net;
  }

  /** Says that layers from here on learn biases as fast as weights, or twice as fast again. */
  learn(rule: 'doubled-bias' | 'plain'): void {
    this.#learning = rule;
  }

  input(layer: string, blob: string, shape: Shape): string {
    const dims = messageOf('BlobShape', { dim: shape });
    this.#append({
      name: layer,
      type: 'Input',
      top: blob,
      input_param: messageOf('InputParameter', { shape: dims }),
    });
    this.#blobs.set(blob, Tensor.dry(shape, blob));
    return blob;
  }

  convolution(name: string, from: string, filters: number, options: FilterOptions): string {
    const specs = this.#learning === 'plain' ? [] : DOUBLED_BIAS;
    return this.#layer(name, 'Convolution', [from], {
      ...this.#specs(specs),
      convolution_param: filterParam(filters, options),
    });
  }

  /** Upsampling whose weights stay as they are. */
  deconvolution(name: string, from: string, filters: number, options: FilterOptions): string {
    const param = filterParam(filters, options).set('bias_term', false);
    return this.#layer(name, 'Deconvolution', [from], {
      ...this.#specs(FROZEN),
      convolution_param: param,
    });
  }

  relu(name: string, blob: string): string {
    return this.#inPlace(name, 'ReLU', blob, {});
  }

  /** Only while learning. */
  dropout(name: string, blob: string): string {
    if (this.purpose === 'deploy') return blob;
    const param = messageOf('DropoutParameter', { dropout_ratio: 0.5 });
    return this.#inPlace(name, 'Dropout', blob, { dropout_param: param });
  }

  maxPool(name: string, from: string, window: FilterOptions): string {
    const { kernelSize, stride, padding } = window;
    const param = messageOf('PoolingParameter', {
      pool: 'MAX',
      kernel_size: kernelSize,
      ...(stride === undefined ? {} : { stride }),
      ...(padding === undefined ? {} : { pad: padding }),
    });
    return this.#layer(name, 'Pooling', [from], { pooling_param: param });
  }

  lrn(name: string, from: string): string {
    const param = messageOf('LRNParameter', {
      local_size: 5,
      alpha: Math.fround(1e-4),
      beta: 0.75,
    });
    return this.#layer(name, 'LRN', [from], { lrn_param: param });
  }

  concat(name: string, from: readonly string[]): string {
    return this.#layer(name, 'Concat', from, {});
  }

  /** One factor for all channels, which stays as it is. */
  scale(name: string, from: string, factor: number): string {
    const filler = messageOf('FillerParameter', { type: 'constant', value: Math.fround(factor) });
    return this.#layer(name, 'Scale', [from], {
      ...this.#specs(FROZEN),
      scale_param: messageOf('ScaleParameter', { filler }),
    });
  }

  sum(name: string, from: readonly string[], coefficients: readonly number[] = []): string {
    const param = messageOf('EltwiseParameter', { operation: 'SUM', coeff: coefficients });
    return this.#layer(name, 'Eltwise', from, { eltwise_param: param });
  }

  /** Cuts `from` to the pixels of `reference`. */
  crop(name: string, from: string, reference: string): string {
    const [rows, columns] = cropOffset(this.#blob(from).origin, this.#blob(reference).origin);
    if (rows !== columns)
      throw new FcnError(`${name}: offsets ${String(rows)}, ${String(columns)}`);
    const param = messageOf('CropParameter', { axis: 2, offset: rows });
    return this.#layer(name, 'Crop', [from, reference], { crop_param: param });
  }

  /** The loss of scores against labels; only while learning. */
  loss(name: string, scores: string, labels: string, normalize: boolean): void {
    if (this.purpose === 'deploy') return;
    const param = messageOf('LossParameter', { ignore_label: 255, normalize });
    this.#layer(name, 'SoftmaxWithLoss', [scores, labels], { loss_param: param });
  }

  #specs(specs: readonly Fields[]): Fields {
    return specs.length === 0 ? {} : { param: specs.map((spec) => messageOf('ParamSpec', spec)) };
  }

  #layer(name: string, type: string, bottoms: readonly string[], fields: Fields): string {
    const layer = this.#append({ name, type, bottom: bottoms, top: name, ...fields });
    this.#blobs.set(name, this.#run(layer, bottoms));
    return name;
  }

  #inPlace(name: string, type: string, blob: string, fields: Fields): string {
    const layer = this.#append({ name, type, bottom: blob, top: blob, ...fields });
    this.#blobs.set(blob, this.#run(layer, [blob]));
    return blob;
  }

  #append(fields: Fields): CaffeMessage {
    const layer = messageOf('LayerParameter', fields);
    this.#net.add('layer', layer);
    return layer;
  }

  #run(definition: CaffeMessage, bottoms: readonly string[]): Tensor {
    const operands = bottoms.map((bottom) => this.#blob(bottom));
    const builder = LAYER_BUILDERS.get(definition.text('type'));
    if (!builder) throw new FcnError(`no layer ${definition.text('type')}`);
    const inputs = operands.map(({ shape }) => shape);
    const name = definition.text('name');
    const [result] = builder({ name, definition, inputs, outputs: 1, maker: DRY }).forward(
      operands,
    );
    return result;
  }

  #blob(name: string): Tensor {
    const blob = this.#blobs.get(name);
    if (!blob) throw new FcnError(`nothing writes ${name}`);
    return blob;
  }
}

function filterParam(filters: number, options: FilterOptions): CaffeMessage {
  const { kernelSize, stride, padding, groups } = options;
  return messageOf('ConvolutionParameter', {
    num_output: filters,
    kernel_size: kernelSize,
    ...(padding === undefined ? {} : { pad: padding }),
    ...(stride === undefined ? {} : { stride }),
    ...(groups === undefined ? {} : { group: groups }),
  });
}
