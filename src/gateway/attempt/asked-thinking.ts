// The suffix of a model's name (`fast(high)`) in the request to its upstream: in the caller's own dialect as an edit of
// the body, in another one as a wish of the conversation. Without a suffix not a byte changes.
import type { Conversation, Target } from '../../core/index.ts';
import { Dropped } from '../../dialects/canonical/notes.ts';
import { wishOf } from '../../dialects/canonical/thinking-wish.ts';
import { codecs } from '../../dialects/codecs.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { GatewayCall } from '../call/call.ts';
import { editBody } from '../call/edit-body.ts';
import type { Findings } from '../call/findings.ts';
import type { Provider } from '../snapshot.ts';
import { factsOf, originOf } from '../translate/crossing.ts';

/** Counted roughly: a budget that becomes a step of effort is as near as the dialect can say it. */
const rounded = 'reasoning.budget';

/** Throws `duplicate-field` where the body repeats a name. */
export function withThinking(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  body: ReadBody,
  found: Findings,
): ReadBody {
  const { thinking } = target;
  if (thinking === undefined || call.operation !== 'chat') return body;
  const { askThinking, chat } = codecs[call.dialect];
  const notes = new Dropped({ ...chat.words, fields: { ...chat.words.fields, [rounded]: rounded } });
  const to = {
    model: modelOf(target, provider),
    stream: call.streams,
    origin: originOf(call, provider),
    notes,
    facts: factsOf(call, provider),
  };
  const edited = editBody(body, (said) => askThinking({ ...said, ...capIn(target) }, wishOf(thinking), to));
  const dropped = notes.names().filter((name) => name !== rounded);
  if (dropped.length > 0) found.dropped = [...new Set([...found.dropped, ...dropped])];
  return edited ?? body;
}

/** What the model can be told goes by its name: the provider's, where the account has one of its own for it. */
function modelOf({ account, model = '' }: Target, { loaded }: Provider): string {
  const { rename = {} } = loaded.accounts.find(({ name }) => name === account) ?? {};
  const name = Object.keys(rename).find((each) => rename[each] === model);
  return name === undefined ? model : (loaded.models.ids[name] ?? name);
}

/** The conversation as it is asked of the target. */
export function wishingThinking(conversation: Conversation, { thinking, set }: Target): Conversation {
  if (thinking === undefined) return conversation;
  const { summary } = conversation.reasoning ?? {};
  const reasoning = { ...wishOf(thinking), ...(summary === undefined ? {} : { summary }) };
  const cap = set?.max_tokens;
  return { ...conversation, reasoning, ...(typeof cap === 'number' ? { maxOutputTokens: cap } : {}) };
}

/** What is thought must fit into the cap that the target sets. */
function capIn({ set }: Target): { readonly max_tokens?: number } {
  return typeof set?.max_tokens === 'number' ? { max_tokens: set.max_tokens } : {};
}
