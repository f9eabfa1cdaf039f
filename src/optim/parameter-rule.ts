/**
 * Factors for the parameters whose name matches a pattern. A parameter that matches several rules gets the
 * product of their factors.
 */
export interface ParameterRule {
  /** Pattern of names; `*` stands for any number of characters: `*.bias`, `score_*`. */
  readonly match: string;
  /** Factor on the learning rate, Caffe's `lr_mult`; default 1; 0 freezes the parameter. */
  readonly rate?: number;
  /** Factor on the weight decay, Caffe's `decay_mult`; default 1. */
  readonly decay?: number;
}

/**
 * The paper's rule: twice the learning rate for biases, without decay.
 *
 * @see Long, Shelhamer, Darrell, "Fully Convolutional Networks for Semantic Segmentation", §4.3
 *   ("doubled learning rate for biases").
 */
export const DOUBLED_BIAS_RATE: ParameterRule = { match: '*.bias', rate: 2, decay: 0 };

/** True if a name matches a pattern in which `*` stands for any number of characters. */
export function matchesName(pattern: string, name: string): boolean {
  const [head, ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return name === pattern;
  if (!name.startsWith(head)) return false;
  let at = head.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.endsWith(tail) && name.length - tail.length >= at;
}

/** Factors of one parameter: the products over the rules that match its name. */
export function factorsOf(
  name: string,
  rules: readonly ParameterRule[],
): { readonly rate: number; readonly decay: number } {
  const fitting = rules.filter((rule) => matchesName(rule.match, name));
  return {
    rate: fitting.reduce((product, rule) => product * (rule.rate ?? 1), 1),
    decay: fitting.reduce((product, rule) => product * (rule.decay ?? 1), 1),
  };
}
