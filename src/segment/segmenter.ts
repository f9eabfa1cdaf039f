import type { Backend } from '../backend/backend.js';
import { createWasmBackend } from '../backend/wasm/index.js';
import { FcnError } from '../core/errors.js';
import type { DepthMap } from '../data/depth.js';
import { VOC_PALETTE } from '../data/palette.js';
import { atPhotoSize } from '../models/photo-size.js';
import type { PlanMode } from '../plan/plan.js';
import { EMBEDDED_MODEL, type ModelSource } from './open-model.js';
import { openScorer } from './open-scorer.js';
import type { Pictures } from './pictures.js';
import { toRgbImage, type ImageSource } from './pixels.js';
import { makeResult, type ClassCatalogue, type ResultParts, type SegmentResult } from './result.js';
import type { PublishedChoice, PublishedSource } from './published-model.js';
import type { Scorer } from './scorer.js';
import type { SegmentationModel } from './segmentation-model.js';

/** What {@link createSegmenter} may be told. */
export interface SegmenterOptions extends PublishedChoice {
  /**
   * Path, URL or bytes of a model file; default: the embedded FCN-8s for cats and dogs. Or published
   * weights: a name of the zoo, `voc-fcn8s`, whose file is in the cache, or the path of a caffemodel, a
   * `.pth`, `.npz`, `.mat` or ONNX file, with its entry in the zoo or without.
   */
  readonly model?: ModelSource | PublishedSource;
  /** What computes; default: a WASM backend of its own. The reference is always exact, and slow. */
  readonly backend?: Backend;
  /**
   * `fast` (default) may compute scores by another algebra than the ops' definition, which moves them by
   * rounding; `exact` has its bits. Both give the same result on every machine.
   */
  readonly mode?: PlanMode;
  /**
   * Threads that share the work on an image, if the segmenter makes its own backend; default 1. As for
   * {@link WasmBackendOptions.threads}.
   */
  readonly threads?: number;
  /**
   * Most bytes that weights and maps may take together; default: as many as make it fastest. A photo for
   * which they are not enough is an error that says how many are. Not for the reference backend.
   */
  readonly memory?: number;
}

/** What {@link Segmenter.segment} may be told. */
export interface SegmentRequest {
  /** True to get the scores of all classes too: 4 bytes per pixel and class. */
  readonly scores?: boolean;
  /**
   * Depth of each pixel of the photo, in millimetres, for `nyud-fcn32s-color-d`. Where it is 0, as in raw
   * measurements, it has no logarithm and is refused: fill it in first.
   */
  readonly depth?: DepthMap;
  /** Depth of the photo as disparity, height and angle (HHA), for `nyud-fcn32s-color-hha`. */
  readonly hha?: ImageSource;
}

/** A model that is ready to segment images. Make one and use it for all of them. */
export interface Segmenter extends Disposable {
  /** Names of the classes that the model tells apart, by id. */
  readonly classes: readonly string[];
  /** How it computes. */
  readonly mode: PlanMode;
  /**
   * Finds the class of every pixel. The work is done before the promise is returned, on the calling
   * thread. Memory for sizes of images that came before is kept, as far as that is not much.
   *
   * @throws {@link ParseError} on a damaged image; {@link ShapeError} on pixels that fit no size;
   *   {@link OptionError} if the network looks at a second picture that is missing, or has no use for one;
   *   {@link FcnError} if the image is too large for the memory, or after `dispose`.
   */
  segment(image: ImageSource, request?: SegmentRequest): Promise<SegmentResult>;
  /** Gives the model's memory back and ends its threads. Results stay valid; segmenting is an error from now on. */
  dispose(): void;
}

/**
 * Reads a model and makes it ready.
 *
 * @throws {@link ParseError} on a damaged model file; {@link FcnError} on a file that cannot be read,
 *   is not a model of this library, contradicts itself or has another SHA-256, or if threads cannot be
 *   started.
 */
export async function createSegmenter(options: SegmenterOptions = {}): Promise<Segmenter> {
  if (options.backend) return await segmenterOn(options.backend, options);
  const own = await createWasmBackend({ threads: options.threads ?? 1 });
  try {
    return await segmenterOn(own, options, () => own.dispose());
  } catch (error) {
    own.dispose();
    throw error;
  }
}

async function segmenterOn(
  backend: Backend,
  options: SegmenterOptions,
  release: () => void = () => undefined,
): Promise<Segmenter> {
  const { model: source = EMBEDDED_MODEL, mode = 'fast' } = options;
  const { model, scorer } = await openScorer(backend, { ...options, model: source, mode });
  const catalogue = catalogueOf(model);
  let open = true;
  const dispose = (): void => {
    if (!open) return;
    open = false;
    scorer.dispose();
    release();
  };
  return {
    classes: model.classes,
    mode: scorer.mode,
    // async, so that a fault of the image rejects rather than throws
    // eslint-disable-next-line @typescript-eslint/require-await
    async segment(source, request = {}) {
      if (!open) throw new FcnError('the segmenter was disposed of');
      const pictures = picturesOf(source, request);
      return makeResult(predict({ backend, scorer, model }, pictures, request), catalogue);
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/** Everything that images are segmented with. */
interface Ready {
  readonly backend: Backend;
  readonly scorer: Scorer;
  readonly model: SegmentationModel;
}

function picturesOf(source: ImageSource, { depth, hha }: SegmentRequest): Pictures {
  return {
    photo: toRgbImage(source),
    ...(depth === undefined ? {} : { depth }),
    ...(hha === undefined ? {} : { hha: toRgbImage(hha, 'hha') }),
  };
}

function predict(
  { backend, scorer, model }: Ready,
  pictures: Pictures,
  { scores: wanted = false }: SegmentRequest,
): ResultParts {
  const image = pictures.photo;
  const { width, height } = image;
  const inputs = model.prepare(pictures);
  const [input] = inputs;
  return scorer.score(inputs, (data, planHash) => {
    const scores = { data, shape: [1, model.classes.length, input.height, input.width] };
    return atPhotoSize(backend, scores, [height, width], (full) => {
      const classMap = new Uint8Array(width * height);
      backend.argmax(full, model.classes.length, width * height, classMap);
      return { image, classMap, planHash, ...(wanted ? { scores: Float32Array.from(full) } : {}) };
    });
  });
}

/** The model's own colours, or else those of PASCAL VOC; beyond the classes always the latter. */
function catalogueOf({ classes, palette: own = [] }: SegmentationModel): ClassCatalogue {
  const palette = VOC_PALETTE.slice();
  own.forEach((colour, id) => palette.set(colour, 3 * id));
  return { names: classes, palette };
}
