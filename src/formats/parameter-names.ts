/** Translation of parameter names of other frameworks to those of this library: `conv1_1.weight`, `conv1_1.bias`. */
import { FcnError } from '../core/errors.js';
import type { WeightsKind } from './weights-file.js';

/** Pattern of names and its replacement; null leaves the array out. */
interface NameRule {
  readonly from: RegExp;
  readonly to: string | null;
}

/** Names of VGG16's layers in torchvision, which numbers them in two lists; `vgg16_from_caffe.pth` has these names. */
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

/** Rules by origin of the weights. The first rule that matches a name applies; a name that matches none is kept. */
const NAME_RULES: Partial<Readonly<Record<WeightsKind, readonly NameRule[]>>> = {
  pytorch: [
    // Number of training steps; no network in this library has it.
    { from: /^(?:module\.)?.*\.num_batches_tracked$/, to: null },
    // DataParallel wraps the network in a module of this name.
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

/** Arrays by their names in this library, with notes on the changes. */
export interface RenamedArrays<T> {
  /** Arrays in their original order. */
  readonly arrays: ReadonlyMap<string, T>;
  /** At most two lines: the arrays that were left out, and the names that changed. */
  readonly notes: readonly string[];
}

/**
 * Gives arrays, or functions that read them, their names in this library.
 *
 * @throws {@link FcnError} if two arrays would get the same name.
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
    if (renamed.has(own)) {
      throw new FcnError(
        `weights: two arrays would get the name "${own}" (the second is "${name}")`,
      );
    }
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

/** Captures the layer in torchvision's name of a VGG16 parameter: `features.0`, with or without `module.` before it. */
const VGG16_NAME = /^(?:module\.)?((?:features|classifier)\.\d+)\.(?:weight|bias)$/;

/** True if all names are those of torchvision's VGG16. Other networks use only some of them. */
function hasVgg16Names(arrays: ReadonlyMap<string, unknown>): boolean {
  const stems = Array.from(arrays.keys(), (name) => VGG16_NAME.exec(name)?.[1]);
  const known = stems.every((stem) => stem !== undefined && stem in TORCHVISION_VGG16);
  return known && stems.includes('features.28') && stems.includes('features.0');
}

function vgg16Name(name: string): string {
  const stem = VGG16_NAME.exec(name)?.[1];
  return stem === undefined ? name : name.replace(stem, TORCHVISION_VGG16[stem]);
}
