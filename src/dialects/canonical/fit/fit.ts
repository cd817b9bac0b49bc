// Brings a conversation within what a dialect can name, before it is encoded: canonical in, canonical out. What is
// renamed here is given back its name in the answer (see restore.ts).
import { type Conversation, GatewayError, type Traits, type Words } from '../../../core/index.ts';
import { fitCallIds } from './call-ids.ts';
import { ToolNames } from './tool-names.ts';
import { fitTools, fitTurns } from './tools.ts';
import { unpack } from './unpack.ts';

/** What has to be undone in the answer: the name the upstream knows -> the client's tool. */
export type Undo = ReadonlyMap<string, ClientTool>;

export interface ClientTool {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly custom: boolean;
}

export interface Fitted {
  readonly conversation: Conversation;
  readonly undo: Undo;
}

/** `words` are the client's, for what is refused. Throws `untranslatable`. */
export function fit(conversation: Conversation, traits: Traits, words: Words): Fitted {
  if ((conversation.answers ?? 1) > 1 && !traits.manyAnswers) {
    const param = words.fields.answers ?? 'n';
    const message = `${param}: the model is reached in a dialect that gives one answer at a time. Send the request several times instead.`;
    throw new GatewayError('untranslatable', { message, param });
  }
  const names = new ToolNames(traits, conversation.tools);
  const turns = fitCallIds(fitTurns(unpack(conversation.turns), names, traits), traits);
  const tools = fitTools(conversation.tools, names, traits);
  const { toolChoice } = conversation;
  const choice = toolChoice === undefined ? undefined : names.inChoice(toolChoice);
  const fitted = { ...conversation, turns, tools, ...(choice === undefined ? {} : { toolChoice: choice }) };
  return { conversation: fitted, undo: names.undo };
}
