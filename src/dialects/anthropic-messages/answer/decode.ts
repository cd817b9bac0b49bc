// A message -> an answer.
import { type Answer, type Candidate, GatewayError, type JsonObject, type Origin } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { blobOf, decodeBlocks } from '../blocks/decode.ts';
import { Members, own } from '../members.ts';
import { readUsage } from '../usage.ts';
import { decodeFinish } from './finish.ts';
import { decodeUsageExtra } from './usage.ts';

export function decodeAnswer(body: JsonObject, from: Origin): Answer {
  const content = asArray(body.content);
  if (content === undefined) {
    throw new GatewayError('upstream-invalid', { message: 'The upstream answered with something that is no message.' });
  }
  const parts = decodeBlocks(content, blobOf(from.origin));
  const candidate: Candidate = { index: 0, parts, ...decodeFinish(body) };
  return { ...decodeHead(body), candidates: [candidate], ...given({ usage: readUsage(body) }) };
}

const elsewhere = ['type', 'role', 'content', 'stop_reason', 'stop_sequence', 'usage'] as const;

type Head = Pick<Answer, 'id' | 'model' | 'serviceTier' | 'extra'>;

/** What a message says besides content, ending and counts. */
export function decodeHead(message: JsonObject): Head {
  const members = new Members(message);
  for (const name of elsewhere) members.take(name);
  if (message.stop_details !== null) members.take('stop_details');
  const id = members.string('id');
  const model = members.string('model');
  const usage = asObject(message.usage) ?? {};
  const serviceTier = asString(usage.service_tier);
  const counted = decodeUsageExtra(usage);
  // A client of this dialect gets back what it would have got: members left out here are left out there.
  const form = { unsaid: optional.filter((name) => !(name in message)), ...given({ usage: counted.form }) };
  const extra = members.extra(form) ?? { dialect: own };
  const fields = counted.fields === undefined ? extra.fields : { ...extra.fields, usage: counted.fields };
  return { ...given({ id, model, serviceTier }), extra: { ...extra, ...given({ fields }) } };
}

/** Null where there is nothing to say; older answers do not have them. */
export const optional = ['stop_sequence', 'stop_details', 'container'] as const;
