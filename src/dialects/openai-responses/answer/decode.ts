// A response as an answer. What it repeats of the request is a spelling, not something that could be lost.
import { type Answer, type Extra, GatewayError, type JsonObject, type Origin } from '../../../core/index.ts';
import { faultOf } from '../../canonical/read-error.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { type Draft, given, own } from '../members.ts';
import { readUsage } from '../usage.ts';
import { decodeFinish } from './finish.ts';
import { decodeItem } from './items-in.ts';

const failed = 'The upstream reported a failed response.';

/** Members that are the answer itself; all others go into `form.rest`. */
const said: ReadonlySet<string> = new Set(['id', 'model', 'created_at', 'output', 'usage', 'status', 'service_tier']);

export function decodeAnswer(body: JsonObject, from: Origin): Answer {
  if (body.status === 'failed') {
    const fault = faultOf(asObject(body.error) === undefined ? { message: failed } : { error: body.error });
    throw new GatewayError('upstream-failed', { message: fault.message, fault });
  }
  const output = asArray(body.output);
  if (output === undefined) throw new GatewayError('upstream-invalid');
  const parts = output.flatMap((item) => decodeItem(item, from));
  return {
    ...headOf(body),
    candidates: [{ index: 0, parts, finish: decodeFinish(body, parts) }],
    ...given('usage', readUsage(body)),
    ...given('serviceTier', asString(body.service_tier)),
    extra: answerExtra(body),
  };
}

/** What is known of a response when it begins. */
export function headOf(body: JsonObject): Pick<Answer, 'id' | 'model' | 'created'> {
  return {
    ...given('id', asString(body.id)),
    ...given('model', asString(body.model)),
    ...given('created', typeof body.created_at === 'number' ? body.created_at : undefined),
  };
}

export function answerExtra(body: JsonObject): Extra {
  const rest: Draft = {};
  for (const name of Object.keys(body)) {
    if (!said.has(name) || body[name] === null) rest[name] = body[name];
  }
  const usage = asObject(body.usage);
  return {
    dialect: own,
    form: { rest, ...given('usage', usage), ...given('status', asString(body.status)) },
  };
}
