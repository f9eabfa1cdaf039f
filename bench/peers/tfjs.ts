/** The part of @tensorflow/tfjs-core that is used here. */
export interface Tfjs {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: readonly number[]): TfTensor;
  tidy<T>(work: () => T): T;
  conv2d(
    x: TfTensor,
    filter: TfTensor,
    strides: readonly number[],
    pad: Pads | 'valid',
    layout: 'NHWC',
    dilations: readonly number[],
  ): TfTensor;
  conv2dTranspose(
    x: TfTensor,
    filter: TfTensor,
    outputShape: readonly number[],
    strides: readonly number[],
    pad: 'valid',
  ): TfTensor;
  maxPool(
    x: TfTensor,
    filterSize: readonly number[],
    strides: readonly number[],
    pad: Pads,
  ): TfTensor;
  batchNorm(
    x: TfTensor,
    mean: TfTensor,
    variance: TfTensor,
    offset: TfTensor,
    scale: TfTensor,
    varianceEpsilon: number,
  ): TfTensor;
  readonly image: {
    resizeBilinear(
      x: TfTensor,
      size: readonly number[],
      alignCorners: boolean,
      halfPixelCenters: boolean,
    ): TfTensor;
  };
  relu(x: TfTensor): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  slice(x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor;
  concat(tensors: readonly TfTensor[], axis: number): TfTensor;
}

/** Zeros before and after each of the axes N, H, W, C. */
export type Pads = readonly (readonly [number, number])[];

/** A tensor of tfjs; maps are NHWC. */
export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}
