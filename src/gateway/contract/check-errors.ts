// Errors of the upstream: understood (whose fault), and told to the client in its dialect, without the credential.
import type { FailureKind } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { type Case, requestOf, sendingOf } from './cases.ts';
import { type CheckResult, differs, resultOf, type Wrong } from './result.ts';
import type { Exchanged, Rig } from './rig.ts';
import { accountKey } from './subject.ts';

interface Refusal {
  readonly status: number;
  readonly kind: FailureKind;
  /** Whether the client sees the upstream's own words. */
  readonly passes: boolean;
}

const refusals: readonly Refusal[] = [
  { status: 400, kind: 'caller', passes: true },
  { status: 401, kind: 'auth', passes: false },
  { status: 429, kind: 'rate-limit', passes: true },
  { status: 500, kind: 'server', passes: true },
];

export async function checkErrors(rig: Rig, tried: Case): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const refusal of refusals) results.push(await checkRefusal(rig, tried, refusal));
  return results;
}

async function checkRefusal(rig: Rig, tried: Case, refusal: Refusal): Promise<CheckResult> {
  const { status } = refusal;
  const message = `refused with ${status}${refusal.passes ? '' : ` because of ${accountKey}`}`;
  const text = dialects[tried.dialect].encodeError({
    code: 'upstream-failed',
    status,
    message,
    param: undefined,
    callId: 'upstream',
  }).body;
  const headers = { 'retry-after': '7' };
  rig.double.answerWith({ status, type: 'application/json', pieces: [text], headers });
  const kind = rig.code.classify?.({ status, headers, text }) ?? refusal.kind;
  const exchanged = await rig.send({ ...sendingOf(tried, requestOf(tried, false)), path: tried.path });
  const wrong = wrongKind(exchanged, kind) ?? wrongAnswer(exchanged, { ...refusal, passes: kind !== 'auth' }, text);
  return resultOf(`${tried.name}: error ${status}`, wrong, `${kind}, the client is told ${exchanged.status}`);
}

function wrongKind({ record }: Exchanged, kind: FailureKind): Wrong {
  const failure = record.attempts[0]?.failure;
  return failure?.startsWith(kind) ? undefined : differs('the kind of the failure', kind, failure);
}

function wrongAnswer({ status, body, type }: Exchanged, refusal: Refusal, upstream: string): Wrong {
  if (body.includes(accountKey)) return "the account's credential was shown to the client";
  if (refusal.passes) return differs('the status', refusal.status, status) ?? differs('the error', upstream, body);
  if (status < 500) return `the client is blamed with ${status} for the account's credential`;
  return /json/.test(type) && body.includes('"error"') ? undefined : `not an error of this dialect: ${body}`;
}
