import type { JsonObject } from '../core/json-object.js';
import type { ParameterRule } from '../optim/parameter-rule.js';
import type { Augmentation, RecipeOptimizer, RecipeStage } from './recipe.js';

/** Bounds of counts. */
export const COUNT = { integer: true, min: 1 } as const;
const POSITIVE = { min: Number.MIN_VALUE } as const;

/** Parses one stage of a recipe. */
export function readStage(stage: JsonObject): RecipeStage {
  const read: RecipeStage = {
    name: stage.string('name'),
    variant: stage.string('variant'),
    ...stage.optional('from', (key) => stage.string(key)),
    ...stage.optional('epochs', (key) => stage.number(key, POSITIVE)),
    ...stage.optional('iterations', (key) => stage.number(key, COUNT)),
    batch: stage.number('batch', COUNT),
    batchesPerStep: 1,
    ...stage.optional('batchesPerStep', (key) => stage.number(key, COUNT)),
    optimizer: readOptimizer(stage.object('optimizer')),
    policy: readPolicy(stage.object('policy')),
    augmentation: readAugmentation(stage.object('augmentation')),
    seed: stage.number('seed', { integer: true, min: 0, max: 0x7fffffff }),
    frozen: [],
    ...stage.optional('frozen', (key) => stage.strings(key)),
  };
  stage.end();
  if (!/^[\w-]+$/.test(read.name)) {
    throw stage.wrong('name', 'invalid name (expected letters, digits, _ and -)');
  }
  if ((read.epochs === undefined) === (read.iterations === undefined)) {
    throw stage.wrong('epochs', 'expected exactly one of epochs and iterations');
  }
  return read;
}

function readOptimizer(optimizer: JsonObject): RecipeOptimizer {
  const kind = optimizer.string('kind', ['adam', 'sgd']);
  const read: RecipeOptimizer = {
    kind,
    rate: optimizer.number('rate', POSITIVE),
    options: {
      ...(kind === 'sgd'
        ? optimizer.optional('momentum', (key) => optimizer.number(key, { min: 0, max: 1 }))
        : {}),
      ...optimizer.optional('weightDecay', (key) => optimizer.number(key, { min: 0 })),
      ...optimizer.optional('clipNorm', (key) => optimizer.number(key, POSITIVE)),
      rules: optimizer.has('rules') ? optimizer.objects('rules').map(readRule) : [],
    },
  };
  optimizer.end();
  return read;
}

function readRule(rule: JsonObject): ParameterRule {
  const read = {
    match: rule.string('match'),
    ...rule.optional('rate', (key) => rule.number(key, { min: 0 })),
    ...rule.optional('decay', (key) => rule.number(key, { min: 0 })),
  };
  rule.end();
  return read;
}

function readPolicy(policy: JsonObject): RecipeStage['policy'] {
  const read = readPolicyOf(policy);
  policy.end();
  return read;
}

function readPolicyOf(from: JsonObject): RecipeStage['policy'] {
  const kinds = ['fixed', 'step', 'exp', 'inv', 'multistep', 'poly', 'sigmoid'] as const;
  const policy = from.string('policy', kinds);
  const gamma = () => from.number('gamma', { min: 0 });
  const power = () => from.number('power', { min: 0 });
  switch (policy) {
    case 'fixed':
      return { policy };
    case 'step':
    case 'sigmoid':
      return { policy, gamma: gamma(), stepSize: from.number('stepSize', COUNT) };
    case 'exp':
      return { policy, gamma: gamma() };
    case 'inv':
      return { policy, gamma: gamma(), power: power() };
    case 'multistep':
      return { policy, gamma: gamma(), stepValues: from.numbers('stepValues', COUNT) };
    case 'poly': {
      const end = from.optional('maxIterations', (key) => from.number(key, COUNT));
      return { policy, power: power(), ...end };
    }
  }
}

function readAugmentation(from: JsonObject): Augmentation {
  const crop = from.number('crop', COUNT);
  const [least, most] = from.has('scale') ? from.numbers('scale', POSITIVE, 2) : [1, 1];
  from.end();
  if (least > most)
    throw from.wrong('scale', 'bounds in the wrong order (expected [smaller, larger])');
  return { crop, scale: [least, most] };
}
