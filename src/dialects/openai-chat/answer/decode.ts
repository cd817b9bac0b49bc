// A chat completion -> an answer.
import {
  type Answer,
  type Candidate,
  GatewayError,
  type JsonObject,
  type Origin,
  type Part,
} from '../../../core/index.ts';
import { asArray, asObject, errorMessage } from '../../json.ts';
import { Members } from '../members.ts';
import { decodeAssistant } from '../message/decode-assistant.ts';
import type { ReadOpaque } from '../message/decode-reasoning.ts';
import { readUsage } from '../usage.ts';
import { called, decodeFinish, refused } from './finish.ts';
import { restOf } from './usage.ts';

export function decodeAnswer(body: JsonObject, { origin }: Origin): Answer {
  const choices = asArray(body.choices);
  if (choices === undefined) {
    const said = errorMessage(body);
    const message =
      said === undefined ? 'The upstream sent an answer without choices.' : `The upstream failed: ${said}`;
    throw new GatewayError('upstream-invalid', { message });
  }
  const members = new Members(body);
  members.take('choices');
  if (body.object === 'chat.completion') members.take('object');
  else members.form.object = body.object ?? null;
  const id = members.string('id');
  const model = members.string('model');
  const created = members.number('created');
  const serviceTier = members.string('service_tier');
  const read: ReadOpaque = (data) => ({ origin, data });
  const usage = decodeUsage(body, members);
  return {
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { model }),
    ...(created === undefined ? {} : { created }),
    candidates: choices.map((choice, at) => decodeChoice(asObject(choice) ?? {}, at, read)),
    ...(usage === undefined ? {} : { usage }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    extra: members.extra(),
  };
}

function decodeUsage(body: JsonObject, members: Members): Answer['usage'] {
  const usage = readUsage(body);
  const raw = usage === undefined ? undefined : members.object('usage');
  // Where else it stood it stays.
  if (usage !== undefined) members.form.usage = raw === undefined ? 'elsewhere' : restOf(raw, usage);
  return usage;
}

function decodeChoice(choice: JsonObject, at: number, read: ReadOpaque): Candidate {
  const members = new Members(choice);
  const message = members.inside('message') ?? new Members({});
  if (message.node.role === 'assistant') message.take('role');
  const parts = withLogprobs(decodeAssistant(message, read, false), members);
  const index = members.number('index');
  const finish = decodeFinish(members.string('finish_reason'), called(parts), refused(parts));
  return { index: index ?? at, parts, finish, extra: members.extra() };
}

/** They are of the choice here, and of its text in the model. */
function withLogprobs(parts: Part[], members: Members): Part[] {
  const at = parts.findIndex(({ kind }) => kind === 'text');
  const content = asArray(asObject(members.node.logprobs)?.content);
  if (at === -1 || content === undefined) return parts;
  members.inside('logprobs')?.take('content');
  return parts.with(at, { ...parts[at], logprobs: content } as Part);
}
