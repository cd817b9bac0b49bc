// A legacy completion request -> a conversation of one message. What chat models cannot do is told apart from what they
// can: those of this dialect would take the member for one of theirs.
// https://platform.openai.com/docs/api-reference/completions/create
import { type Asked, type Conversation, type Extra, GatewayError, type JsonObject } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { Members, own } from '../members.ts';
import { decodeHead } from '../request/decode.ts';
import { decodeSampling } from '../request/sampling.ts';

export function decodeRequest(body: JsonObject, asked: Asked): Conversation {
  const members = new Members(body);
  const prompt = readPrompt(members.take('prompt'));
  const head = decodeHead(members, asked);
  leaveOut(members, asked);
  // A number here: that of the alternatives.
  const logprobs = members.number('logprobs');
  // How it was spelled; with `echo` it is put in front of the answer by answer.ts.
  members.form.prompt = Array.isArray(body.prompt) ? 'list' : 'text';
  if (members.boolean('echo') === true) members.form.echo = prompt;
  const conversation = given<Omit<Conversation, 'extra'>>({
    ...head,
    turns: [{ role: 'user', parts: [{ kind: 'text', text: prompt }], extra: { dialect: own } }],
    tools: [],
    ...decodeSampling(members),
    ...(logprobs === undefined ? {} : { logprobs }),
  });
  return { ...conversation, extra: withoutForms(members) };
}

/** The name of the output cap is that of completions, not a wish of the client for chat. */
function withoutForms(members: Members): Extra {
  delete members.form.maxTokens;
  return members.extra();
}

function readPrompt(prompt: unknown): string {
  const texts = Array.isArray(prompt) ? prompt : [prompt];
  const [text] = texts;
  if (texts.length === 1 && typeof text === 'string') return text;
  const tokens = texts.some((item) => typeof item === 'number' || Array.isArray(item));
  if (tokens) refuse('untranslatable', 'a prompt given as tokens. Send it as text.');
  if (texts.length > 1) refuse('untranslatable', 'several prompts. Send one request for each.');
  refuse('invalid-request', 'no prompt. It must be a text.');
}

function refuse(code: 'untranslatable' | 'invalid-request', what: string): never {
  const reason = code === 'untranslatable' ? 'The model is a chat model, and the request holds' : 'The request holds';
  throw new GatewayError(code, { message: `${reason} ${what}`, param: 'prompt' });
}

function leaveOut(members: Members, { notes }: Asked): void {
  const fields: Record<string, unknown> = {};
  for (const name of ['suffix', 'best_of']) {
    const value = members.take(name);
    if (value !== undefined && value !== null && value !== '' && !(name === 'best_of' && value === 1))
      fields[name] = value;
  }
  // As a dialect that is not this one would report them: chat has no such members.
  // Text that is to stand behind the answer makes it another one.
  notes.dropExtra(
    'request',
    { dialect: own, fields, needed: 'suffix' in fields ? ['suffix'] : [] },
    'openai-responses',
  );
}
