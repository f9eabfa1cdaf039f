/** How the parameters of a layer are called elsewhere, and how here: `conv1_1.weight`, `conv1_1.bias`. */
import { FcnError } from '../core/errors.js';
import type { WeightsKind } from './weights-file.js';

/** A pattern of names, and what its names become; null for what no network here takes. */
interface NameRule {
  readonly from: RegExp;
  readonly to: string | null;
}

/** torchvision numbers the layers of VGG16 in two lists; `vgg16_from_caffe.pth` has those names. */
const TORCHVISION_VGG16: Readonly<Record<string, string>> = {
  'features.0': 'conv1_1',
  'features.2': 'conv1_2',
  'features.5': 'conv2_1',
  'features.7': 'conv2_2',
  'features.10': 'conv3_1',
  'features.12': 'conv3_2',
  'features.14': 'conv3_3',
  'features.17': 'conv4_1',
  'features.19': 'conv4_2',
  'features.21': 'conv4_3',
  'features.24': 'conv5_1',
  'features.26': 'conv5_2',
  'features.28': 'conv5_3',
  'classifier.0': 'fc6',
  'classifier.3': 'fc7',
  'classifier.6': 'fc8',
};

/** The first rule that fits a name says what becomes of it; a name that none fits stays. */
const NAME_RULES: Partial<Readonly<Record<WeightsKind, readonly NameRule[]>>> = {
  pytorch: [
    // Counts of training steps; running statistics have their own names.
    { from: /^(?:module\.)?.*\.num_batches_tracked$/, to: null },
    // DataParallel puts the network into a module of this name.
    { from: /^module\./, to: '' },
  ],
  chainer: [
    { from: /\/(?:W|gamma)$/, to: '.weight' },
    { from: /\/(?:b|beta)$/, to: '.bias' },
    { from: /\/avg_mean$/, to: '.running_mean' },
    { from: /\/avg_var$/, to: '.running_var' },
    { from: /\/N$/, to: null },
  ],
};

/** Arrays by the names of this library, and what happened on the way. */
export interface RenamedArrays<T> {
  /** The arrays, in their order. */
  readonly arrays: ReadonlyMap<string, T>;
  /** A line on arrays that were left out, and one on names that changed, where there are any. */
  readonly notes: readonly string[];
}

/**
 * Gives arrays, or whatever stands for them, the names of this library.
 *
 * @throws {@link FcnError} if two would get the same name.
 */
export function renameArrays<T>(
  arrays: ReadonlyMap<string, T>,
  kind: WeightsKind,
): RenamedArrays<T> {
  const renamed = new Map<string, T>();
  const dropped: string[] = [];
  const changed: string[] = [];
  const vgg = hasVgg16Names(arrays);
  for (const [name, array] of arrays) {
    const ruled = applyRules(name, NAME_RULES[kind] ?? []);
    const own = ruled !== null && vgg ? vgg16Name(ruled) : ruled;
    if (own === null) {
      dropped.push(name);
      continue;
    }
    if (renamed.has(own)) throw new FcnError(`weights: two arrays would be named "${own}"`);
    if (own !== name) changed.push(`${name} → ${own}`);
    renamed.set(own, array);
  }
  const notes = [
    ...(dropped.length > 0 ? [`left out: ${dropped.join(', ')}`] : []),
    ...(changed.length > 0 ? [`renamed: ${changed.join(', ')}`] : []),
  ];
  return { arrays: renamed, notes };
}

function applyRules(name: string, rules: readonly NameRule[]): string | null {
  const rule = rules.find(({ from }) => from.test(name));
  if (rule === undefined) return name;
  return rule.to === null ? null : name.replace(rule.from, rule.to);
}

/** The stem of a name that torchvision gives a parameter of VGG16: `features.0`, with or without `module.`. */
const VGG16_NAME = /^(?:module\.)?((?:features|classifier)\.\d+)\.(?:weight|bias)$/;

/** Other networks have some of these names, but not with these shapes: VGG16 has 64 filters over colours. */
function hasVgg16Names(arrays: ReadonlyMap<string, unknown>): boolean {
  const stems = Array.from(arrays.keys(), (name) => VGG16_NAME.exec(name)?.[1]);
  const known = stems.every((stem) => stem !== undefined && stem in TORCHVISION_VGG16);
  return known && stems.includes('features.28') && stems.includes('features.0');
}

function vgg16Name(name: string): string {
  const stem = VGG16_NAME.exec(name)?.[1];
  return stem === undefined ? name : name.replace(stem, TORCHVISION_VGG16[stem]);
}
