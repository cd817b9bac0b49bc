// Where a call may go: what its key and route allow, through the model map, remembered per snapshot.
import { type Candidates, type ErrorCode, GatewayError } from '../../core/index.ts';
import { isBound, mayNameNoModel, runsNoModel } from '../../dialects/operations.ts';
import { mustBeKnown } from '../door/known-path.ts';
import { bindingOf } from '../models/binding.ts';
import type { Found, Need, Resolution } from '../models/models.ts';
import { allows } from '../models/patterns.ts';
import { inWords } from '../models/skipped.ts';
import type { Tree } from '../models/tree.ts';
import { atKeeper } from '../session/keeper.ts';
import { askedProvider, boundTo, chosenProviders } from './bound.ts';
import type { GatewayCall } from './call.ts';

/** Throws `model-missing`, `model-not-allowed`, `unknown-model`, `not-offered` or `no-account`; OPTIONS gets 405 or 404. */
export async function candidatesOf(call: GatewayCall): Promise<Candidates> {
  mustBeKnown(call);
  const { model } = await call.facts();
  call.mustGoOn();
  if (model === undefined) return withoutModel(call);
  const tree = treeFor(call, model);
  const found = tree.choose === undefined ? tree.candidates : await tree.choose(call);
  if (isBound(call.operation)) return boundTo(found, askedProvider(call));
  return call.dialect === 'openai-responses' ? atKeeper(call, found) : found;
}

/** Remembered by all that it depends on: the name of a model last, for it alone may hold spaces. */
function treeFor(call: GatewayCall, model: string): Tree {
  const { candidates: known, models } = call.snapshot.parts;
  mayUse(call, model, models.nameOf(model));
  const lanes = call.translates ? 'any' : 'own';
  const id = `${call.route} ${call.dialect} ${call.operation} ${lanes} ${bindingOf(call.key)} ${model}`;
  let tree = known.get(id);
  if (tree === undefined) {
    tree = models.treeOf(settle(call, models.resolve(model, needOf(call)), model));
    known.set(id, tree);
  }
  return tree;
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
  if (operation === 'moderations') return settle(call, models.anywhere(need), undefined).candidates;
  const asked = askedProvider(call);
  const providers = chosenProviders(asked, models.offering(need), operation === 'opaque' ? 'this path' : operation);
  const found = settle(call, models.anywhere(providers.length === 0 ? need : { ...need, providers }), undefined);
  return isBound(operation) ? boundTo(found.candidates, undefined) : found.candidates;
}

function needOf(call: GatewayCall): Need {
  const { dialect, operation, translates, match, key } = call;
  const { providers = [], accounts: route } = match?.route ?? {};
  return { dialect, operation, providers, translates, key: key?.accounts, route };
}

/** Who may use a model may also say how much it shall think. */
function mayUse(call: GatewayCall, model: string, name: string): void {
  const isAllowed = (patterns: readonly string[] | undefined) =>
    allows(patterns, model) || (name !== model && allows(patterns, name));
  if (!isAllowed(call.key?.models)) {
    throw new GatewayError('model-not-allowed', {
      message: `This API key may not use the model ${quoted(model)}.`,
      param: 'model',
    });
  }
  if (!isAllowed(call.match?.route.models)) {
    throw new GatewayError('model-not-allowed', {
      message: `The model ${quoted(model)} is not served on this route.`,
      param: 'model',
    });
  }
}

function settle(call: GatewayCall, resolution: Resolution, model: string | undefined): Found {
  switch (resolution.found) {
    case 'candidates':
      return resolution;
    case 'nothing':
      throw refused(model, 'unknown-model', `No model ${quoted(model ?? '')} is served here.`);
    case 'no-account':
      throw refused(
        model,
        'no-account',
        `No account can serve this request: ${inWords(resolution.skipped, resolution.skippedMore)}.`,
      );
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
