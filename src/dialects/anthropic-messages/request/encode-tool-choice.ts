// The choice of tools -> `tool_choice`. Without tools it is refused, or without the one that is named.
import type { Conversation, Destination } from '../../../core/index.ts';
import type { Abilities } from '../abilities.ts';
import { type Draft, own } from '../members.ts';

export interface WrittenChoice {
  readonly type: 'auto' | 'none' | 'any' | 'tool';
  readonly name?: string;
  readonly disable_parallel_tool_use?: boolean;
}

export function encodeToolChoice(
  conversation: Conversation,
  tools: readonly Draft[],
  able: Abilities,
  to: Destination,
): WrittenChoice | undefined {
  const { toolChoice, parallelToolCalls, extra } = conversation;
  to.notes.dropExtra('toolChoice', toolChoice?.extra, own);
  const foreign = extra?.dialect !== own;
  const isThere = toolChoice?.mode !== 'tool' || tools.some(({ name }) => name === toolChoice.name);
  if (foreign && (tools.length === 0 || !isThere)) {
    if (toolChoice !== undefined && toolChoice.mode !== 'auto' && toolChoice.mode !== 'none')
      to.notes.drop('toolChoice');
    return undefined;
  }
  const choice = foreign ? asTaken(typeOf(conversation), able, to) : typeOf(conversation);
  // That they may be parallel is what this dialect takes for granted.
  const told = foreign && parallelToolCalls === true ? undefined : parallelToolCalls;
  if (told === undefined || (choice?.type === 'none' && foreign)) return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: !told };
}

/** The newest models refuse a choice that forces a call. */
function asTaken(choice: WrittenChoice | undefined, { forced }: Abilities, { notes }: Destination): typeof choice {
  if (forced || (choice?.type !== 'any' && choice?.type !== 'tool')) return choice;
  notes.drop('toolChoice');
  return { type: 'auto' };
}

function typeOf({ toolChoice }: Conversation): WrittenChoice | undefined {
  if (toolChoice === undefined) return undefined;
  if (toolChoice.mode === 'tool') return { type: 'tool', name: toolChoice.name };
  if (toolChoice.mode === 'required') return { type: 'any' };
  if (toolChoice.mode !== 'allowed') return { type: toolChoice.mode };
  const [only] = toolChoice.names;
  if (!toolChoice.required) return { type: 'auto' };
  return toolChoice.names.length === 1 && only !== undefined ? { type: 'tool', name: only } : { type: 'any' };
}
