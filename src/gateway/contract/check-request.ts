// What reaches the upstream: the path and query declared, the account's credential where declared and nowhere else,
// none of the client's, and the body's bytes but for the model's name.
import { type Case, requestOf, sendingOf } from './cases.ts';
import type { Received } from './double.ts';
import { type CheckResult, differs, resultOf, type Wrong } from './result.ts';
import type { Rig } from './rig.ts';
import { clientModel, upstreamModel } from './samples/sample.ts';
import { accountKey, clientSecret } from './subject.ts';

export async function checkRequest(rig: Rig, tried: Case): Promise<CheckResult[]> {
  const streamed = tried.stream === 'always';
  const type = streamed ? 'text/event-stream' : 'application/json';
  const pieces = streamed ? (tried.sample.events ?? []) : [tried.sample.answer];
  rig.double.answerWith({ status: 200, type, pieces });
  const sent = requestOf(tried, false);
  const path = `${tried.path}?check=1&key=${clientSecret}`;
  const { upstream, status, body } = await rig.send({ ...sendingOf(tried, sent), path });
  const [received] = upstream;
  if (received === undefined) {
    return [
      resultOf(`${tried.name}: request`, `nothing reached the upstream; the gateway answered ${status}: ${body}`),
    ];
  }
  return [
    resultOf(`${tried.name}: path`, wrongPath(rig, tried, received), received.target),
    resultOf(`${tried.name}: credentials`, wrongCredentials(rig, received)),
    resultOf(`${tried.name}: method`, differs('the method', tried.method, received.method)),
    resultOf(`${tried.name}: body`, wrongBody(rig, sent, received) ?? wrongHeaders(rig, received)),
    resultOf(
      `${tried.name}: answer`,
      differs('the status', 200, status) ?? differs('the answer', pieces.join(''), body),
    ),
  ];
}

/** A directory with `prepare` has the last word on paths: it is shown, not judged. */
function wrongPath(rig: Rig, tried: Case, received: Received): Wrong {
  if (rig.code.prepare !== undefined) return undefined;
  const [path, query = ''] = received.target.split('?');
  const [wanted, ownQuery] = `${rig.basePath}${tried.upstreamPath}`.split('?');
  const asked = new URLSearchParams(query);
  const missing = [...new URLSearchParams(ownQuery)].find(([name, value]) => asked.get(name) !== value);
  if (missing !== undefined) return `the query lacks ${missing.join('=')}: ${received.target}`;
  return differs('the path', wanted, path) ?? differs('check in the query', '1', asked.get('check'));
}

function wrongCredentials(rig: Rig, received: Received): Wrong {
  const places = placesOf(received);
  const leaked = places.find(([, text]) => text.includes(clientSecret));
  if (leaked !== undefined) return `a credential of the client was sent on in ${leaked[0]}`;
  const { auth } = rig.manifest;
  if (auth.kind === 'none') return undefined;
  const declared = `${auth.kind} ${auth.name.toLowerCase()}`;
  const stray = places.find(([place, text]) => place !== declared && text.includes(accountKey));
  if (stray !== undefined) return `the account's credential is in ${stray[0]}, not only in ${declared}`;
  // `prepare` may have made a signature of it.
  if (rig.code.prepare !== undefined && !places.some(([, text]) => text.includes(accountKey))) return undefined;
  const prefix = auth.kind === 'header' ? (auth.prefix ?? '') : '';
  return differs(declared, prefix + accountKey, places.find(([place]) => place === declared)?.[1]);
}

/** Every place of a request that can hold a secret, by name. */
function placesOf(received: Received): [place: string, text: string][] {
  const [path = '', query] = received.target.split('?');
  return [
    ['the path', path],
    ...[...new URLSearchParams(query)].map(([name, value]): [string, string] => [`query ${name.toLowerCase()}`, value]),
    ...Object.entries(received.headers).map(([name, value]): [string, string] => [`header ${name}`, String(value)]),
    ['the body', received.body],
  ];
}

/** Byte for byte where the directory changes no fields; where it does, `checkParameters` looks. */
function wrongBody(rig: Rig, sent: string, received: Received): Wrong {
  // A directory with `body` has a word on fields as well.
  if (rig.code.body !== undefined || changesFields(rig, sent)) return undefined;
  return differs('the body', sent.replace(clientModel, upstreamModel), received.body);
}

function changesFields(rig: Rig, sent: string): boolean {
  const { rename = {}, drop = [] } = rig.manifest.parameters ?? {};
  return [...Object.keys(rename), ...drop].some((field) => sent.includes(JSON.stringify(field)));
}

function wrongHeaders(rig: Rig, { headers }: Received): Wrong {
  if (headers['x-kept'] !== 'kept') return 'a header of the client was lost';
  const declared = Object.entries(rig.manifest.headers ?? {});
  for (const [name, value] of rig.code.prepare === undefined ? declared : []) {
    const wrong = differs(`header ${name}`, value, headers[name.toLowerCase()]);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
