// The mock as an ordinary node:http handler: read, look up, obey the script, answer.
import type { IncomingMessage, RequestListener } from 'node:http';
import { type Clock, systemClock } from 'portico';
import { accountHeader, type Chaos, chaosOf, type Fate } from './chaos.ts';
import { asText, type Json } from './conversation.ts';
import { breakOff, type Delivery, pause, sendJson, sendRaw, sendStream } from './deliver.ts';
import { openaiErrors } from './dialects/openai-errors.ts';
import { type Exchange, makeExchange } from './exchange.ts';
import { Raw } from './raw.ts';
import { receive } from './receive.ts';
import type { Route } from './route.ts';
import { type Found, findRoute } from './routes.ts';
import { BadScript, readScript, type Script } from './script.ts';
import type { Speech } from './speech.ts';

/** Those of schema.json. */
export type Settings = Script & { readonly chaos?: Chaos };

export function serveMock({ chaos, ...script }: Settings, clock: Clock = systemClock): RequestListener {
  const fate = chaos === undefined ? () => undefined : chaosOf(chaos);
  return (request, response) => {
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    handle({ response, script, clock, gone }, request, fate).catch((error: Error) => response.destroy(error));
  };
}

async function handle(delivery: Delivery, request: IncomingMessage, fate: Fate): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const found = findRoute(method, new URL(url, 'http://mock'), request.headers['anthropic-version'] !== undefined);
  const speech = found?.route.speech ?? openaiErrors;
  if (found === undefined) {
    request.resume();
    return refuse(delivery, speech, 404, `The mock answers no ${method} here.`);
  }
  try {
    const exchange = understand(request, found, await receive(request), delivery.script, fate);
    await answer({ ...delivery, script: exchange.script }, found.route, exchange);
  } catch (error) {
    if (!(error instanceof BadScript || error instanceof SyntaxError || error instanceof TypeError)) throw error;
    await refuse(delivery, speech, 400, error.message);
  }
}

function understand(request: IncomingMessage, found: Found, sent: Json, settings: Script, fate: Fate): Exchange {
  const { id, model: inPath } = found;
  const query = new URL(request.url ?? '/', 'http://mock').searchParams;
  const asked = query.has('upload_id') ? { query: Object.fromEntries(query) } : {};
  const body: Json = { ...sent, ...asked, ...(id !== undefined && { id }) };
  const model = (inPath ?? asText(body.model)) || 'mock-echo';
  const header = request.headers['x-mock'];
  const scripts = [settings, fate(String(request.headers[accountHeader] ?? 'default'), model) ?? {}];
  return makeExchange(readScript(scripts, model, Array.isArray(header) ? header.join(',') : header), model, body);
}

async function answer(delivery: Delivery, route: Route, exchange: Exchange): Promise<void> {
  const { response, script } = delivery;
  response.setHeader(route.speech.idHeader, `req_${exchange.id}`);
  if (script.retryAfter !== undefined) response.setHeader('retry-after', String(script.retryAfter));
  await pause(delivery, script.latency);
  if (script.hang === 'head') return delivery.gone;
  if (response.destroyed) return;
  if (script.broken !== undefined) return breakOff(delivery);
  const streams = route.chat !== undefined && wantsStream(route, exchange);
  const status = script.error ?? (streams ? undefined : script.wholeError);
  if (status !== undefined) {
    return refuse(delivery, route.speech, status, script.message ?? `The mock was told to answer ${status}.`);
  }
  if (route.chat === undefined || !streams) {
    const said = route.answer(exchange);
    return said instanceof Raw ? sendRaw(delivery, said) : sendJson(delivery, 200, said);
  }
  await sendStream(delivery, route.chat.frames(exchange), route.chat, route.chat.streamType ?? 'text/event-stream');
}

function wantsStream(route: Route, exchange: Exchange): boolean {
  return route.streams === 'always' || (route.streams === 'if asked' && exchange.body.stream === true);
}

function refuse(delivery: Delivery, speech: Speech, status: number, message: string): Promise<void> {
  return sendJson(delivery, status, speech.error(status, message, delivery.script.retryAfter));
}
