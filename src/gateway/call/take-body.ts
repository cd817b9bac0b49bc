// Takes in the body of a call in the form its path asks for: JSON is read whole, a form as far as policy must know it,
// anything else goes upstream as it arrives.
import { GatewayError } from '../../core/index.ts';
import { ArrivingBody } from '../../upstream/body/arriving.ts';
import { isJson, type ReadBody, readBody } from '../../upstream/body/body.ts';
import { isForm } from '../../upstream/body/form/boundary.ts';
import { FormBody } from '../../upstream/body/form/form.ts';
import type { GatewayCall } from './call.ts';

export type TakenBody = ReadBody | FormBody | ArrivingBody;

/** Fields that policy reads; repeated at the top level they are refused, for the upstream might read the other one. */
const policyFields = [
  'model',
  'stream',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'stream_options',
  'tools',
  'system',
  'messages',
  'input',
  'contents',
  'generationConfig',
];

const nothing: ReadBody = { chunks: [], bytes: 0, scanned: undefined };

/** Throws 400, 408, 413, 415 or 499 as GatewayError. */
export async function takeBody(call: GatewayCall): Promise<TakenBody> {
  const kind = kindOf(call);
  if (kind === 'none') return nothing;
  const intake = intakeOptions(call);
  invite(call, intake.maxBytes);
  if (kind === 'json') return readJson(call);
  const options = { ...intake, policyFields };
  if (kind === 'any') return new ArrivingBody(call.req, options);
  if (kind === 'as-sent') return new ArrivingBody(call.req, { ...options, asSent: true });
  const form = new FormBody(call.req, options);
  await form.known;
  return form;
}

export function isAtHand(body: TakenBody): body is ReadBody {
  return 'chunks' in body;
}

async function readJson(call: GatewayCall): Promise<ReadBody> {
  const body = await readBody(call.req, { ...intakeOptions(call), policyFields, expectJson: true });
  call.bytesIn = body.bytes;
  if (body.scanned?.kind !== 'object') {
    throw new GatewayError('invalid-request', { message: 'The request body must be a JSON object.' });
  }
  return body;
}

function kindOf(call: GatewayCall): 'none' | 'json' | 'form' | 'any' | 'as-sent' {
  const { headers } = call.req;
  const { operation, match } = call;
  if (operation === 'forward') return isEmpty(call) ? 'none' : 'as-sent';
  const wanted = match?.endpoint?.body;
  if (operation !== 'opaque' && wanted === undefined) return 'json';
  const type = headers['content-type'];
  if (wanted === 'form') {
    if (isForm(type)) return 'form';
    if (isJson(type)) return 'json';
    throw new GatewayError('unsupported-content-type', { message: 'This path takes multipart/form-data.' });
  }
  if (isEmpty(call)) return 'none';
  if (wanted === 'any') return 'any';
  if (isForm(type)) return 'form';
  return isJson(type) ? 'json' : 'any';
}

function isEmpty({ req }: GatewayCall): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
  if (req.httpVersionMajor === 2) return length === '0' || (length === undefined && req.complete);
  return coding === undefined && (length === undefined || Number(length) === 0);
}

/** HTTP/1.0 knows no interim answers, and a body that will be refused for its length is not asked for. */
function invite({ req, res }: GatewayCall, maxBytes: number): void {
  if (req.headers.expect?.toLowerCase() !== '100-continue') return;
  const interim = req.httpVersionMajor === 2 || req.httpVersionMinor === 1;
  if (interim && Number(req.headers['content-length'] ?? 0) <= maxBytes) res.writeContinue();
}

function intakeOptions(call: GatewayCall) {
  const { maxBody = 0, requestTimeout = 0 } = call.match?.route ?? {};
  return { maxBytes: maxBody, clock: call.clock, timeoutMs: requestTimeout, signal: call.abandonment };
}
