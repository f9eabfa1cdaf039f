import type { Backend } from '../backend/backend.js';
import { createWasmBackend } from '../backend/wasm/index.js';
import {
  BYTE_LIMIT,
  checkOptions,
  either,
  FLAG,
  OBJECT,
  oneOf,
  TEXT,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import { FcnError } from '../core/errors.js';
import type { DepthMap } from '../data/depth.js';
import { VOC_PALETTE } from '../data/palette.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { atPhotoSize } from '../models/photo-size.js';
import { EMBEDDED_MODEL } from '../open/embedded-model.js';
import type { OpenNetworkOptions } from '../open/opened-network.js';
import type { NetworkSource } from '../open/read-source.js';
import type { PlanMode } from '../plan/plan.js';
import { openScorer } from './open-scorer.js';
import type { Pictures } from './pictures.js';
import { toRgbImage, type ImageSource } from './pixels.js';
import {
  makeResult,
  type ClassCatalogue,
  type ResultParts,
  type ScoredResult,
  type SegmentResult,
} from './result.js';
import type { Scorer } from './scorer.js';
import type { SegmentationModel } from './segmentation-model.js';

/** Options of {@link createSegmenter}. */
export interface SegmenterOptions {
  /**
   * The network, as {@link openNetwork} takes it: a path, an address, bytes, or a name such as `voc-fcn8s`; default: the
   * embedded FCN-8s for cats and dogs.
   */
  readonly model?: NetworkSource;
  /** Weights for a network that is described without them, or instead of its own. */
  readonly weights?: NetworkSource;
  /** Published network that a file of weights belongs to; default: names and shapes of the arrays tell. */
  readonly network?: string;
  /** Output that is drawn, such as `score_geo`, or the last part of its name, `geo`; default: the usual one. */
  readonly head?: string;
  /** Preprocessing of the photos, or its short form, as in `order=bgr,mean=104/117/123`; default: as published. */
  readonly preprocessing?: Preprocessing | string;
  /** Expected SHA-256 of the file with the weights, in hexadecimal digits; default: not checked. */
  readonly sha256?: string;
  /** Backend that computes; default: a WASM backend of its own. The reference backend is always exact, and slow. */
  readonly backend?: Backend;
  /**
   * `fast` (default) computes scores by other algebra than the ops' definition where that is faster, which moves them by
   * rounding; `exact` has the bits of the definition. Both give the same result on every machine.
   */
  readonly mode?: PlanMode;
  /**
   * Threads that share the work on a photo, if the segmenter makes its own backend; default 1. See
   * {@link WasmBackendOptions.threads}.
   */
  readonly threads?: number;
  /**
   * Most bytes that weights and maps may take together; default: as many as make it fastest. A photo that needs more
   * is refused with the number of bytes. For WASM backends only.
   */
  readonly memory?: number;
}

const OPTIONS: OptionChecks<SegmenterOptions> = {
  model: either(TEXT, OBJECT),
  weights: either(TEXT, OBJECT),
  network: TEXT,
  head: TEXT,
  preprocessing: either(TEXT, OBJECT),
  sha256: TEXT,
  backend: OBJECT,
  mode: oneOf('fast', 'exact'),
  threads: wholeNumber(1),
  memory: BYTE_LIMIT,
};

/** Options of {@link Segmenter.segment}. */
export interface SegmentRequest {
  /** True to return the scores of all classes too: 4 bytes per pixel and class. */
  readonly scores?: boolean;
  /**
   * Depth of each pixel of the photo in millimetres, for `nyud-fcn32s-color-d`. A depth of 0, as in raw measurements, has
   * no logarithm and is refused: fill it in first.
   */
  readonly depth?: DepthMap;
  /** Depth of the photo as disparity, height and angle (HHA), for `nyud-fcn32s-color-hha`. */
  readonly hha?: ImageSource;
}

const REQUEST: OptionChecks<SegmentRequest> = { scores: FLAG, depth: OBJECT, hha: OBJECT };

/** A network that is ready to segment photos. Make one and use it for all photos. */
export interface Segmenter extends Disposable {
  /** Names of the classes, by id. */
  readonly classes: readonly string[];
  /** Mode of computing. */
  readonly mode: PlanMode;
  /**
   * Finds the class of every pixel. The work is done before the promise is returned, on the calling thread. Plans
   * of recent image sizes are kept, within a limit of memory.
   *
   * @throws {@link ParseError} if the image is damaged; {@link ShapeError} if pixels do not fill the size;
   *   {@link OptionError} for an unknown option, or a second picture that is missing or unexpected;
   *   {@link FcnError} if the image needs more memory than there is, or after `dispose`.
   */
  segment(
    image: ImageSource,
    request: SegmentRequest & { readonly scores: true },
  ): Promise<ScoredResult>;
  /** Finds the class of every pixel, without scores unless `request.scores` is set at run time. */
  segment(image: ImageSource, request?: SegmentRequest): Promise<SegmentResult>;
  /** Frees the network's memory and ends its threads. Results stay valid; segmenting fails from then on. */
  dispose(): void;
}

/**
 * Opens a network and makes it ready to segment photos.
 *
 * @throws {@link OpenError} if the network cannot be opened or does not segment photos; {@link OptionError} for an unknown
 *   option or an invalid value; {@link FcnError} if threads cannot be started.
 */
export async function createSegmenter(options: SegmenterOptions = {}): Promise<Segmenter> {
  checkOptions('createSegmenter', options, OPTIONS);
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
  const { model: source = EMBEDDED_MODEL, head, memory, mode = 'fast' } = options;
  const opening = openingOptions(options);
  const { model, scorer } = await openScorer(backend, {
    model: source,
    opening,
    head,
    mode,
    memory,
  });
  const catalogue = catalogueOf(model);
  let open = true;
  const dispose = (): void => {
    if (!open) return;
    open = false;
    scorer.dispose();
    release();
  };
  const segment = async (
    source: ImageSource,
    request: SegmentRequest = {},
    // async, so that a fault of the image rejects rather than throws
    // eslint-disable-next-line @typescript-eslint/require-await
  ): Promise<SegmentResult> => {
    if (!open) throw new FcnError('segmenter: it was disposed of; create a new one');
    checkOptions('segment', request, REQUEST);
    const pictures = picturesOf(source, request);
    return makeResult(predict({ backend, scorer, model }, pictures, request), catalogue);
  };
  return {
    classes: model.classes,
    mode: scorer.mode,
    segment: segment as Segmenter['segment'], // scores are present exactly if they were asked for
    dispose,
    [Symbol.dispose]: dispose,
  };
}

function openingOptions({
  weights,
  network,
  preprocessing,
  sha256,
}: SegmenterOptions): OpenNetworkOptions {
  return {
    ...(weights === undefined ? {} : { weights }),
    ...(network === undefined ? {} : { network }),
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

/** Everything that segments photos. */
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

/** Colours of the model, or of PASCAL VOC if the model has none; ids beyond the classes have those of PASCAL VOC. */
function catalogueOf({ classes, opened }: SegmentationModel): ClassCatalogue {
  const { palette: own = [] } = opened;
  const palette = VOC_PALETTE.slice();
  own.forEach((colour, id) => palette.set(colour, 3 * id));
  return { names: classes, palette };
}
