// Where a call may go: what its key and route allow, through the model map, remembered per snapshot.
import { type Candidates, type ErrorCode, GatewayError } from '../../core/index.ts';
import { isBound, mayNameNoModel, runsNoModel } from '../../dialects/operations.ts';
import { mustBeKnown } from '../door/known-path.ts';
import type { Need, Resolution } from '../models/models.ts';
import { allows } from '../models/patterns.ts';
import { askedProvider, boundTo, chosenProviders } from './bound.ts';
import type { GatewayCall } from './call.ts';

/** Throws `model-missing`, `model-not-allowed`, `unknown-model`, `not-offered` or `no-account`; OPTIONS gets 405 or 404. */
export async function candidatesOf(call: GatewayCall): Promise<Candidates> {
  mustBeKnown(call);
  const { model } = await call.facts();
  call.mustGoOn();
  if (model === undefined) return withoutModel(call);
  mayUse(call, model);
  const { candidates, models } = call.snapshot.parts;
  const id = `${call.route} ${call.dialect} ${call.operation} ${call.translates ? 'any' : 'own'} ${model}`;
  let found = candidates.get(id);
  if (found === undefined) {
    found = settle(call, models.resolve(model, needOf(call)), model);
    candidates.set(id, found);
  }
  return isBound(call.operation) ? boundTo(found, askedProvider(call)) : found;
}

/** Operations that name no model go where exactly one provider takes them; moderations are the same everywhere. */
function withoutModel(call: GatewayCall): Candidates {
  const { operation } = call;
  if (!mayNameNoModel(operation)) throw new GatewayError('model-missing', { param: 'model' });
  const limited = call.key?.models !== undefined || call.match?.route.models !== undefined;
  if (limited && !runsNoModel(operation)) {
    throw new GatewayError('model-missing', {
      message: 'This key or route is limited to certain models, and the request names none.',
      param: 'model',
    });
  }
  const { models } = call.snapshot.parts;
  const need = needOf(call);
  if (operation === 'moderations') return settle(call, models.anywhere(need), undefined);
  const asked = askedProvider(call);
  const providers = chosenProviders(asked, models.offering(need), operation === 'opaque' ? 'this path' : operation);
  const found = settle(call, models.anywhere(providers.length === 0 ? need : { ...need, providers }), undefined);
  return isBound(operation) ? boundTo(found, undefined) : found;
}

function needOf(call: GatewayCall): Need {
  const { dialect, operation, translates, match } = call;
  return { dialect, operation, providers: match?.route.providers ?? [], translates };
}

function mayUse(call: GatewayCall, model: string): void {
  if (!allows(call.key?.models, model)) {
    throw new GatewayError('model-not-allowed', {
      message: `This API key may not use the model ${quoted(model)}.`,
      param: 'model',
    });
  }
  if (!allows(call.match?.route.models, model)) {
    throw new GatewayError('model-not-allowed', {
      message: `The model ${quoted(model)} is not served on this route.`,
      param: 'model',
    });
  }
}

function settle(call: GatewayCall, resolution: Resolution, model: string | undefined): Candidates {
  switch (resolution.found) {
    case 'candidates':
      return resolution.candidates;
    case 'nothing':
      throw refused(model, 'unknown-model', `No model ${quoted(model ?? '')} is served here.`);
    case 'no-account':
      throw refused(model, 'no-account', `No account can serve this request: ${resolution.reasons.join('; ')}.`);
    default:
      throw refused(model, 'not-offered', notOffered(call, resolution.dialects, model));
  }
}

function notOffered(call: GatewayCall, others: readonly string[], model: string | undefined): string {
  const operation = call.operation === 'opaque' ? 'this path' : `the operation ${call.operation}`;
  if (others.length > 0) {
    const what = model === undefined ? operation : `the model ${quoted(model)} for ${operation}`;
    return `${what[0]?.toUpperCase()}${what.slice(1)} is served here only in ${others.join(', ')}, not in ${call.dialect}.`;
  }
  if (model === undefined) return `No provider here offers ${operation} in ${call.dialect}.`;
  return `The model ${quoted(model)} is not offered for ${operation} by any provider here.`;
}

function refused(model: string | undefined, code: ErrorCode, message: string): GatewayError {
  return new GatewayError(code, { message, ...(model === undefined ? {} : { param: 'model' }) });
}

/** Client-chosen text in a message: bounded. */
function quoted(model: string): string {
  return JSON.stringify(model.length > 100 ? `${model.slice(0, 100)}…` : model);
}
