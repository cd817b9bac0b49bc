// Temperature, nuclei and stop strings, as far as models take them.
import type { Conversation, Destination, Field } from '../../../core/index.ts';
import type { Abilities } from '../abilities.ts';
import { type Draft, own } from '../members.ts';

export function encodeSampling(
  conversation: Conversation,
  thinking: Draft | undefined,
  able: Abilities,
  to: Destination,
): Draft {
  const { temperature, topP, topK, stop, extra } = conversation;
  if (extra?.dialect === own) {
    return { temperature, top_p: topP, top_k: topK, stop_sequences: stop };
  }
  const thinks = thinking !== undefined && thinking.type !== 'disabled';
  const kept = <T>(field: Field, value: T | undefined, takes: boolean): T | undefined => {
    if (value !== undefined && !takes) to.notes.drop(field);
    return takes ? value : undefined;
  };
  const warm = kept('temperature', temperature, able.sampling && (!thinks || temperature === 1));
  return {
    temperature: warm === undefined ? undefined : Math.min(warm, kept('temperature', 1, warm <= 1) ?? 1),
    // Some models refuse both (wire.md, section 2); beside thinking it may not be below 0.95.
    top_p: kept('topP', topP, able.sampling && warm === undefined && (!thinks || (topP ?? 1) >= 0.95)),
    top_k: kept('topK', topK, able.sampling && !thinks),
    stop_sequences: stopOf(stop, to),
  };
}

/** Stop strings of nothing but blanks are refused. */
function stopOf(stop: readonly string[] | undefined, { notes }: Destination): readonly string[] | undefined {
  const said = stop?.filter((text) => text.trim() !== '');
  if (said?.length !== stop?.length) notes.drop('stop');
  return said === undefined || said.length === 0 ? undefined : said;
}
