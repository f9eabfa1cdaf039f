import { FcnError } from '../../core/errors.js';
import { CaffeMessage } from './message.js';
import { caffeType } from './schema.js';

/** State of a network (NetState), which selects its layers. */
export interface NetState {
  /** Training or inference. */
  readonly phase: 'TRAIN' | 'TEST';
  /** Default 0. */
  readonly level?: number;
  /** Default none. */
  readonly stages?: readonly string[];
}

/**
 * Removes the layers that do not apply in a state: those with `include` rules of which none matches, or with an
 * `exclude` rule that matches. The result has the state as its `state` field.
 *
 * @throws {@link FcnError} if a layer has both.
 */
export function filterNet(net: CaffeMessage, state: NetState): CaffeMessage {
  const layers = net.messages('layer').filter((layer) => {
    const included = layer.messages('include');
    const excluded = layer.messages('exclude');
    if (included.length > 0 && excluded.length > 0) {
      throw new FcnError(
        `layer ${layer.text('name')}: conflicting include and exclude (expected one of them)`,
      );
    }
    return included.length > 0
      ? included.some((rule) => meets(rule, state))
      : !excluded.some((rule) => meets(rule, state));
  });
  const chosen = new CaffeMessage(caffeType('NetState')).add('phase', state.phase);
  if (state.level !== undefined) chosen.add('level', state.level);
  chosen.add('stage', ...(state.stages ?? []));
  return net
    .copy()
    .set('state', chosen)
    .set('layer', ...layers);
}

function meets(rule: CaffeMessage, { phase, level = 0, stages = [] }: NetState): boolean {
  return (
    rule.text('phase', phase) === phase &&
    level >= rule.number('min_level', -Infinity) &&
    level <= rule.number('max_level', Infinity) &&
    rule.texts('stage').every((stage) => stages.includes(stage)) &&
    !rule.texts('not_stage').some((stage) => stages.includes(stage))
  );
}
