import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type Clock, type MediaFetch, systemClock } from '../../../src/core/index.ts';
import { fetchMedia as fetchWithin } from '../../../src/upstream/media/fetch-media.ts';
import { isPublic } from '../../../src/upstream/media/public-address.ts';
import { HandClock } from '../../support/clock.ts';

const open: MediaFetch = { maxBytes: 1000, timeout: 5000, allows: () => true };
const guarded: MediaFetch = { ...open, allows: () => false };
const never = new AbortController().signal;

function fetchMedia(url: string, limits: MediaFetch, signal: AbortSignal, clock: Clock = systemClock) {
  return fetchWithin(url, limits, { left: limits.maxBytes }, signal, clock);
}

async function serving(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const picture: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'Image/PNG; x=1');
  response.end('bytes');
};

test('what is fetched comes with its type', async () => {
  await using server = await serving(picture);
  const media = await fetchMedia(`${server.url}/a.png`, open, never);
  assert.deepEqual(media, { mimeType: 'image/png', base64: Buffer.from('bytes').toString('base64') });
});

test('addresses that are not public are refused, as numbers and behind names', async () => {
  let asked = 0;
  await using server = await serving((request, response) => {
    asked += 1;
    picture(request, response);
  });
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]']) {
    await assert.rejects(
      fetchMedia(`http://${host}:${server.port}/`, guarded, never),
      { code: 'untranslatable' },
      host,
    );
  }
  assert.equal(asked, 0);
});

test('a redirect to an address that is not public is refused', async () => {
  let reached = false;
  await using inner = await serving((request, response) => {
    reached = true;
    picture(request, response);
  });
  await using outer = await serving((_request, response) => {
    response.writeHead(302, { location: `http://localhost:${inner.port}/` }).end();
  });
  let times = 0;
  // The first address may be asked, none after it.
  const limits = { ...open, allows: () => times++ === 0 };
  await assert.rejects(fetchMedia(outer.url, limits, never), /not public/);
  assert.equal(reached, false);
});

test('a redirect is followed, a circle of them is not', async () => {
  await using server = await serving((request, response) => {
    if (request.url === '/here') return picture(request, response);
    response.writeHead(307, { location: request.url === '/round' ? '/round' : '/here' }).end();
  });
  assert.equal((await fetchMedia(`${server.url}/there`, open, never)).mimeType, 'image/png');
  await assert.rejects(fetchMedia(`${server.url}/round`, open, never), /too often/);
});

test('too large, of another type, missing, credentials, no http: each is said, the path never', async () => {
  await using server = await serving((request, response) => {
    if (request.url === '/missing') return response.writeHead(404).end();
    response.setHeader('content-type', request.url === '/page' ? 'text/html' : 'image/png');
    response.end('x'.repeat(2000));
  });
  const cases: [string, RegExp][] = [
    [`${server.url}/large?token=secret`, /larger than 1000 bytes/],
    [`${server.url}/page`, /neither an image nor a document/],
    [`${server.url}/missing`, /answered 404/],
    [`http://user:pass@127.0.0.1:${server.port}/`, /credentials/],
    ['ftp://example.com/a.png', /no http URL/],
  ];
  for (const [url, why] of cases) {
    const error = await fetchMedia(url, open, never).then(
      () => undefined,
      (thrown: Error & { code: string }) => thrown,
    );
    assert.match(error?.message ?? '', why);
    assert.equal(error?.code, 'untranslatable');
    assert.doesNotMatch(error?.message ?? '', /secret|pass/);
  }
});

test('a client that leaves ends it, and a server that says nothing is not waited for', async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await serving(() => asked.resolve());
  const leaves = new AbortController();
  const gone = new Error('gone');
  const fetching = fetchMedia(server.url, open, leaves.signal);
  leaves.abort(gone);
  await assert.rejects(fetching, (error) => error === gone);
  const clock = new HandClock();
  const waiting = fetchMedia(server.url, open, never, clock);
  const refused = assert.rejects(waiting, /longer than 5 s/);
  await asked.promise;
  clock.advance(open.timeout);
  await refused;
});

test('special addresses of both families are not public', () => {
  const special = [
    '10.1.2.3',
    '169.254.169.254',
    '100.64.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '64:ff9b::7f00:1',
    '::ffff:10.0.0.1',
    '2002:7f00:1::',
    'no address',
  ];
  for (const address of special) assert.equal(isPublic(address), false, address);
  for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1111']) assert.equal(isPublic(address), true, address);
});

test('the files of a request share what may be fetched', async () => {
  await using server = await serving(picture);
  const room = { left: 8 };
  await fetchWithin(server.url, open, room, never, systemClock);
  await assert.rejects(fetchWithin(server.url, open, room, never, systemClock), /files of the request are larger/);
});
