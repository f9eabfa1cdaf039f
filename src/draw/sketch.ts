import type { Shape } from '../core/shape.js';
import type { InspectedNode, Inspection } from '../plan/inspection.js';

/** Kind of a block, which decides its colour. */
export type BlockKind = 'conv' | 'fc' | 'pool' | 'score' | 'up' | 'other';

/** A layer, or several that form one unit, such as a fire module. */
export interface Block {
  /** Name of the layer, or of the module. */
  readonly name: string;
  readonly kind: BlockKind;
  /** `[1, C, H, W]` of the output. */
  readonly shape: Shape;
  /** Rows of the image that a unit sees, and rows between units; null if undefined. */
  readonly receptiveField: number | null;
  readonly stride: number | null;
  /** True if a rectifier follows. */
  readonly relu: boolean;
}

/** Scores of a finer block that are added to the upsampled scores of coarser ones. */
export interface SkipSketch {
  /** Name of the trunk's block that is scored. */
  readonly tap: string;
  /** Layer that scores it. */
  readonly score: Block;
  /** Name of the sum. */
  readonly sum: string;
}

/** A step of the way back to the image's size: upsampling, then a skip if there is one. */
export interface UpStep {
  readonly up: Block;
  readonly skip: SkipSketch | null;
}

/** A network as figure 3 of the paper shows it. */
export interface Sketch {
  /** From the image to the coarsest map. */
  readonly trunk: readonly Block[];
  /** Scores of the coarsest map; null if the trunk gives them itself. */
  readonly score: Block | null;
  /** Back to the image's size. */
  readonly ups: readonly UpStep[];
}

const UPSAMPLING = ['convTranspose2d', 'resizeBilinear'];

/** Ops that are drawn as part of the layer before them. */
const WITHIN = ['relu', 'dropout', 'crop'];

/** Reads the sketch out of the ops of a network. */
export function sketchOf({ nodes, outputShape }: Inspection): Sketch {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const sourceOf = (name: string): string => {
    const node = byName.get(name);
    return node && WITHIN.includes(node.op) ? sourceOf(node.inputs[0]) : name;
  };
  const rectified = new Set(
    nodes.flatMap(({ op, inputs }) => (op === 'relu' ? [sourceOf(inputs[0])] : [])),
  );
  const plain = nodes
    .filter(({ op }) => !WITHIN.includes(op))
    .map((node) => ({ ...node, inputs: node.inputs.map(sourceOf) }));
  const ups = plain.filter(({ op }) => UPSAMPLING.includes(op));
  const trunkNodes = ancestorsOf(plain, ups.length > 0 ? ups[0].inputs[0] : plain.at(-1)?.name);
  const asBlock = (node: InspectedNode, kind = kindOf(node)): Block => {
    return { ...node, kind, relu: rectified.has(node.name) };
  };
  const blocks = blocksOf(trunkNodes, asBlock);
  const last = blocks.at(-1);
  const scored = ups.length > 0 && last?.kind === 'conv' && last.shape[1] === outputShape[1];
  return {
    trunk: scored ? blocks.slice(0, -1) : blocks,
    score: scored ? { ...last, kind: 'score' } : null,
    ups: ups.map((up) => ({
      up: asBlock(up, 'up'),
      skip: skipBehind(plain, up, blocks, (node) => asBlock(node, 'score')),
    })),
  };
}

/** A node and all nodes that it is computed from, in order. */
function ancestorsOf(nodes: readonly InspectedNode[], name: string | undefined): InspectedNode[] {
  const wanted = new Set([name]);
  const found = nodes.toReversed().filter((node) => {
    if (!wanted.has(node.name)) return false;
    for (const input of node.inputs) wanted.add(input);
    return true;
  });
  return found.reverse();
}

/**
 * Blocks of a trunk: cut where a single value leads on, so that branches which meet again are one
 * block; what the network's author put under one name, before a slash, is one as well.
 */
function blocksOf(
  nodes: readonly InspectedNode[],
  asBlock: (node: InspectedNode) => Block,
): Block[] {
  const places = new Map(nodes.map(({ name }, i) => [name, i]));
  const reach = nodes.map(({ inputs }) =>
    Math.min(...inputs.map((name) => places.get(name) ?? -1)),
  );
  const blocks: Block[] = [];
  nodes.forEach((node, i) => {
    if (reach.slice(i + 1).some((earliest) => earliest < i)) return;
    const name = node.name.split('/')[0];
    const before = blocks.at(-1);
    const block = { ...asBlock(node), name };
    if (before?.name === name) blocks[blocks.length - 1] = { ...block, kind: before.kind };
    else blocks.push(block);
  });
  return blocks;
}

function kindOf({ name, op }: InspectedNode): BlockKind {
  if (op === 'maxPool2d' || op === 'avgPool2d') return 'pool';
  if (op === 'conv2d' || op === 'concat' || op === 'add') return /^fc\d/.test(name) ? 'fc' : 'conv';
  return 'other';
}

/** Sum of a block's scores and the output of an upsampling. */
function skipBehind(
  nodes: readonly InspectedNode[],
  up: InspectedNode,
  trunk: readonly Block[],
  asScore: (node: InspectedNode) => Block,
): SkipSketch | null {
  const sum = nodes.find(({ inputs }) => inputs.length === 2 && inputs.includes(up.name));
  const scoreName = sum?.inputs.find((name) => name !== up.name);
  if (sum === undefined || scoreName === undefined) return null;
  const way = ancestorsOf(nodes, scoreName);
  const score = way[way.length - 1];
  const tap = trunk.findLast(({ name }) => way.some((node) => node.name.split('/')[0] === name));
  return tap ? { tap: tap.name, score: asScore(score), sum: sum.name } : null;
}
