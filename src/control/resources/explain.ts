// POST /explain: what would become of a request. `{"path": "/v1/messages", "key": "ci", "body": {…}}`, with `method`,
// `headers`, `listener` and `ip` where they matter; a body that is no object as text. Calls nobody, counts nothing.
import type Router from '@koa/router';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { asObject, type JsonObject } from '../../dialects/json.ts';
import type { Question } from '../../gateway/explain/explanation.ts';
import { readText } from '../body.ts';
import type { ControlPlane } from '../plane.ts';
import { Refusal } from '../refuse.ts';

export function explain(router: Router, plane: ControlPlane): void {
  router.post('/explain', async function explain(ctx) {
    const wish = asObject(parseExact(await readText(ctx.req)));
    if (wish === undefined) throw wrong('Send a JSON object with "path" and "body".');
    const explained = await plane.explain(questionIn(wish));
    if ('wrong' in explained) throw wrong(explained.wrong);
    ctx.body = explained.explanation;
  });
}

const known = new Set(['listener', 'method', 'path', 'headers', 'ip', 'key', 'body']);

function questionIn(wish: JsonObject): Question {
  const stranger = Object.keys(wish).find((name) => !known.has(name));
  if (stranger !== undefined) throw wrong(`"${stranger}" is not known here; known are ${[...known].join(', ')}.`);
  const body = bodyIn(wish.body);
  const path = text('path', wish.path) ?? '/v1/chat/completions';
  if (!path.startsWith('/')) throw wrong('"path" must begin with a slash.');
  return {
    listener: text('listener', wish.listener),
    method: text('method', wish.method)?.toUpperCase() ?? (body === undefined ? 'GET' : 'POST'),
    path,
    headers: headersIn(wish.headers),
    ip: text('ip', wish.ip) ?? '127.0.0.1',
    key: text('key', wish.key),
    body,
  };
}

function bodyIn(body: unknown): string | undefined {
  if (body === undefined || typeof body === 'string') return body;
  return JSON.stringify(body);
}

function headersIn(headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  const entries = Object.entries(asObject(headers) ?? { headers });
  if (asObject(headers) === undefined || !entries.every(isText)) {
    throw wrong('"headers" must be an object: name -> text.');
  }
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(`"${name}" must be a string.`);
}

function wrong(message: string): Refusal {
  return new Refusal(400, 'invalid-request', message);
}
