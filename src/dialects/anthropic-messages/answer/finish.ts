// Why a message ended (wire.md, section 7).
import type { Extra, Finish, FinishReason, JsonObject } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asObject, asString } from '../../json.ts';
import { type Draft, own } from '../members.ts';

/** A map: the words come from upstreams, and `constructor` is none of these. */
const reasons: ReadonlyMap<string | undefined, FinishReason> = new Map([
  ['end_turn', 'end'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'context'],
  ['stop_sequence', 'stop-string'],
  ['tool_use', 'tool'],
  // What the model itself declines to say, it says with `end_turn`: this is the vendor's filter.
  ['refusal', 'filtered'],
  ['pause_turn', 'paused'],
]);

const words: Readonly<Record<FinishReason, string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  context: 'model_context_window_exceeded',
  'stop-string': 'stop_sequence',
  tool: 'tool_use',
  filtered: 'refusal',
  refusal: 'refusal',
  paused: 'pause_turn',
  'bad-call': 'end_turn',
  other: 'end_turn',
};

export interface Ending {
  readonly finish: Finish;
  readonly extra?: Extra;
}

/** From a message, or from the `delta` of the event that ends one. */
export function decodeFinish(node: JsonObject): Ending {
  const raw = asString(node.stop_reason);
  const stopString = asString(node.stop_sequence);
  const details = asObject(node.stop_details);
  const message = asString(details?.explanation);
  const reason = reasons.get(raw) ?? 'other';
  const finish = { reason, ...given({ raw, stopString, message }) };
  if (details === undefined) return { finish };
  const { explanation: _, ...more } = details;
  return { finish, extra: { dialect: own, fields: { stop_details: more } } };
}

interface EndingSaid {
  readonly finish: Finish;
  readonly extra?: Extra | undefined;
}

export interface StopWords {
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly stop_details: Draft | null;
}

/**
 * `verbatim`: the answer is of this dialect. `calls`: tools were called; a client that is not told so would stop there
 * (CLIProxyAPI#805).
 */
export function encodeFinish(ending: EndingSaid, verbatim: boolean, calls: boolean): StopWords {
  const { reason, raw, stopString, message } = ending.finish;
  const known = raw !== undefined && (reasons.get(raw) === reason || (reason === 'other' && verbatim));
  const word = calls && !verbatim && reason === 'end' ? 'tool_use' : known ? raw : words[reason];
  const kept = ending.extra?.dialect === own ? asObject(ending.extra.fields?.stop_details) : undefined;
  const declined = word === 'refusal' && (message !== undefined || (reason === 'filtered' && !verbatim));
  const details = kept ?? (declined ? { type: 'refusal', category: null } : undefined);
  return {
    stop_reason: word,
    stop_sequence: stopString ?? null,
    stop_details: details === undefined ? null : { ...details, explanation: message ?? null },
  };
}
