import { JsonError, JsonObject } from '../core/json-object.js';
import { readPreprocessing } from '../data/preprocessing.js';
import { COUNT, readStage } from './parse-stage.js';
import type { Recipe, RecipeData, RecipeStage } from './recipe.js';

/**
 * Parses a training recipe.
 *
 * @throws {@link JsonError} that names the first key that is missing, unknown or invalid.
 */
export function parseRecipe(text: string): Recipe {
  const file = new JsonObject('', parseJson(text));
  const stages = file.objects('stages').map(readStage);
  const recipe: Recipe = {
    name: file.string('name'),
    data: readData(file.object('data')),
    input: readPreprocessing(file.object('input')),
    network: file.object('network').all(),
    ...file.optional('weights', (key) => file.string(key)),
    output: file.string('output'),
    checkpointEvery: 200,
    ...file.optional('checkpointEvery', (key) => file.number(key, COUNT)),
    stages,
  };
  file.end();
  if (stages.length === 0) throw new JsonError('stages', 'empty (expected at least one stage)');
  checkOrder(stages);
  return recipe;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JsonError('file', `not JSON: ${(cause as SyntaxError).message}`);
  }
}

function readData(data: JsonObject): RecipeData {
  const read = {
    folder: data.string('folder'),
    train: data.string('train'),
    val: data.string('val'),
    classes: data.strings('classes'),
  };
  data.end();
  if (read.classes.length < 2)
    throw data.wrong('classes', 'too few classes (expected at least two)');
  return read;
}

function checkOrder(stages: readonly RecipeStage[]): void {
  const seen = new Set<string>();
  for (const [i, { name, from }] of stages.entries()) {
    const key = `stages[${String(i)}]`;
    if (seen.has(name)) throw new JsonError(`${key}.name`, `duplicate name ${name}`);
    if (from !== undefined && !seen.has(from)) {
      throw new JsonError(
        `${key}.from`,
        `unknown stage ${from} (expected the name of an earlier stage)`,
      );
    }
    seen.add(name);
  }
}
