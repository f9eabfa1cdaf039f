import type { Backend } from '../backend/backend.js';
import type { NamedArrays } from '../core/named-arrays.js';
import type { Pair, Shape } from '../core/shape.js';
import type { Preprocessing } from '../data/preprocessing.js';
import type { Model } from '../models/model-file.js';
import type { Network } from '../nn/network.js';
import type { PackedWeights } from '../plan/memory/weight-store.js';

/** Form in which a network was described. */
export type NetworkKind = 'model' | 'published' | 'prototxt' | 'onnx' | 'definition';

/** A network, its weights, and what is known about its use. Close it when it is no longer needed. */
export interface OpenedNetwork extends Disposable {
  /** Name of the network or of its file, for messages. */
  readonly name: string;
  /** Form of its description. */
  readonly kind: NetworkKind;
  /**
   * The network, not in training mode, whose parameters may have shapes alone: compile it together with `weights`, or
   * {@link OpenedNetwork.build} it with numbers.
   */
  readonly network: Network;
  /** Its weights, by the names of its parameters; read from the file when they are used. Null without weights. */
  readonly weights: NamedArrays | null;
  /** The arrays of the weights' file, without factors that follow from the definition; null without a file. */
  readonly stored: NamedArrays | null;
  /** Weights that are stored in the form in which plans read them. */
  readonly packed?: PackedWeights;
  /** Preprocessing of each input, in the network's order; null if it is not known. */
  readonly preprocessing: readonly Preprocessing[] | null;
  /** Height and width of the only size of image that the file accepts; null if it accepts any. */
  readonly fixedSize: Pair | null;
  /** Outputs that score classes, the usual one first, with the names of their classes; null for unnamed classes. */
  readonly scores: ReadonlyMap<string, readonly string[] | null>;
  /** Colour of each class, `[r, g, b]`, if the file has one. */
  readonly palette?: Model['palette'];
  /** Description of a model file of this library; absent for other kinds. */
  readonly model?: Model;
  /** One line each for what was assumed, renamed or left out. */
  readonly notes: readonly string[];
  /** The network for one image of a height and a width, and the shapes of its inputs; parameters may lack numbers. */
  readonly atSize: (size: Pair) => SizedNetwork;
  /**
   * Builds the network with its weights on a backend.
   *
   * @param shapes - Shapes of the inputs, for networks that depend on them; default: those of the description.
   * @throws {@link OpenError} if shapes or weights do not fit, or there are no weights.
   */
  readonly build: (backend: Backend, shapes?: ReadonlyMap<string, Shape>) => BuiltNetwork;
  /** Closes the file. Weights cannot be read from then on. */
  close(): void;
}

/** A network, and shapes of its inputs. */
export interface SizedNetwork {
  /** The network, not in training mode. */
  readonly network: Network;
  /** Shape of each input. */
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** A network with numbers. */
export interface BuiltNetwork {
  /** The network, not in training mode. An observer sees every value by its name. */
  readonly network: Network;
  /** One line each for weights that were left out or reshaped. */
  readonly notes: readonly string[];
}

/** Options of {@link openNetwork}. */
export interface OpenNetworkOptions {
  /** Name of the published network that a file of weights belongs to; default: names and shapes of the arrays tell. */
  readonly network?: string;
  /** Weights for a network that is described without them, or instead of its own. */
  readonly weights?: string | URL | Blob | ArrayBuffer | Uint8Array;
  /** Preprocessing of the photos, or its short form, as in `order=bgr,mean=104/117/123`; default: as published. */
  readonly preprocessing?: Preprocessing | string;
  /** Expected SHA-256 of the file with the weights, in hexadecimal digits; default: not checked. */
  readonly sha256?: string;
  /** True to open the description alone, also where weights are missing; default false. */
  readonly structureOnly?: boolean;
}
