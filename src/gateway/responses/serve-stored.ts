// Requests about one response that was made before: answered from what the gateway keeps, else asked of the upstream that
// may keep it.
import { GatewayError, type JsonObject, type Reply, replyWith } from '../../core/index.ts';
import { listed, outputOf, ownId, type Paging, pageOf } from '../../dialects/openai-responses/state/items.ts';
import type { GatewayCall } from '../call/call.ts';
import { inputOf, ownerOf, responseOf, untilOf } from './expand.ts';
import type { KeptResponse } from './kept.ts';

/** Undefined where it is not kept here and an upstream may know it. Throws `unknown-response` or `invalid-request`. */
export async function serveStored(call: GatewayCall): Promise<Reply | undefined> {
  const id = call.match?.id ?? '';
  const { responses } = call.snapshot.parts;
  const owner = ownerOf(call);
  const kept = await responses.find(owner, id);
  call.mustGoOn();
  if (kept === undefined) {
    if (id.startsWith(ownId) || !isOffered(call)) throw unknownResponse(id);
    return undefined;
  }
  const { method } = call.req;
  if (method === 'DELETE') {
    await responses.forget(owner, id);
    return json({ id, object: 'response', deleted: true });
  }
  if (method === 'POST')
    throw new GatewayError('invalid-request', { message: 'Cannot cancel a synchronous response.' });
  if (call.match?.endpoint?.path.endsWith('/input_items')) return json(await inputItems(call, kept));
  if (queryOf(call).get('stream') === 'true') {
    const message = 'A response that was not made in the background cannot be streamed again. Leave stream out.';
    throw new GatewayError('invalid-request', { message, param: 'stream' });
  }
  return replyWith(200, { 'content-type': 'application/json' }, kept.response);
}

/** All that the model was given, of the responses before it too. */
async function inputItems(call: GatewayCall, kept: KeptResponse): Promise<JsonObject> {
  const paging = pagingOf(queryOf(call));
  const links = await call.snapshot.parts.responses.chain(kept.owner, kept.id, untilOf(call));
  // Where a response before it was deleted its own items are all there is.
  const items = (links ?? [kept]).flatMap((link) =>
    link.id === kept.id ? inputOf(link) : [...inputOf(link), ...outputOf(responseOf(link))],
  );
  const page = pageOf(listed(items, kept.id), paging);
  if (page === undefined) throw badQuery('after', 'must be the id of an input item of this response');
  return page;
}

function pagingOf(query: URLSearchParams): Paging {
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw badQuery('order', 'must be asc or desc');
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw badQuery('limit', 'must be a number from 1 to 100');
  return { order, limit, after: query.get('after') ?? undefined };
}

function badQuery(param: string, what: string): GatewayError {
  return new GatewayError('invalid-request', { message: `The parameter ${param} ${what}.`, param });
}

function queryOf({ req: { url = '' } }: GatewayCall): URLSearchParams {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length));
}

function isOffered(call: GatewayCall): boolean {
  const { dialect, operation, match } = call;
  return (
    call.snapshot.parts.models.offering({ dialect, operation, providers: match?.route.providers ?? [] }).length > 0
  );
}

function unknownResponse(id: string): GatewayError {
  const message = `Response with id ${JSON.stringify(id.slice(0, 100))} not found.`;
  return new GatewayError('unknown-response', { message });
}

function json(value: JsonObject): Reply {
  return replyWith(200, { 'content-type': 'application/json' }, JSON.stringify(value));
}
