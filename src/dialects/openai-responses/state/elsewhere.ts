// Items that stand for more than they say: without them another conversation would be answered, and only the vendor of this
// API knows them.
import type { Turn } from '../../../core/index.ts';
import { own } from '../members.ts';

/** What to tell a client whose model is reached in another dialect; undefined where nothing stands in the way. */
export function whyNotElsewhere(turns: readonly Turn[]): string | undefined {
  for (const { parts } of turns) {
    for (const part of parts) {
      const why = part.kind === 'native' && part.dialect === own ? reasons.get(part.type) : undefined;
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

const reasons: ReadonlyMap<string, string> = new Map([
  [
    'item_reference',
    'An item that input only names (item_reference) is not kept here, or not any more, or only by the vendor of this API. Send the item itself; many clients do with store: false.',
  ],
  [
    'compaction',
    'What was compacted can only be read by the vendor of this API, and the model is reached elsewhere. Go on with a model of that vendor, or send the conversation itself.',
  ],
  [
    'compaction_trigger',
    'Only models that are reached in this API can compact a conversation. Let the client summarise it; Codex does for a provider of its own in model_providers.',
  ],
]);
