// Access tokens that live for two or three seconds, under traffic: refreshed ahead of their end or after the vendor's 401, over two
// data threads and a rotating refresh token, and no client notices.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../src/core/index.ts';
import type { Running } from '../../src/process/serve.ts';
import { type AuthorizationServer, authorizationServer } from '../accounts/authorization-server.ts';
import { gatewayYaml, secret, urlOf, Workplace } from '../process/running.ts';
import { chunk, Upstream } from '../support/upstream.ts';

const workplaces: Workplace[] = [];
after(() => Promise.all(workplaces.map((workplace) => workplace.remove())));

const clients = 50;
const durationMs = 5_000;
/** Apart from the end of the first token, which is after three seconds: a call that meets both has no third token. */
const takenBackMs = 3_800;
const limit = { timeout: 30_000 };

function delta(content: string): string {
  return chunk({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] });
}

const whole = JSON.stringify({
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'first second' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
});

/** One answer: its status, and its text when it was whole. */
async function ask(running: Running, model: string, stream: boolean): Promise<string> {
  const answer = await fetch(urlOf(running, '/v1/chat/completions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  const text = await answer.text();
  const complete = /first.*second/s.test(text) && text.includes('[DONE]') === stream;
  return answer.status === 200 && complete ? 'whole' : `${answer.status}: ${text.replace(/\(request id: \w+\)/, '')}`;
}

/** Takes tokens that the server says are good at that moment, but for those it has taken back. */
async function vendor(server: AuthorizationServer) {
  const seenTokens = { refused: new Set<string>(), good: new Set<string>() };
  const takenBack = new Set<string>();
  const release = Promise.withResolvers<void>();
  const upstream = await Upstream.start(async (response, seen) => {
    const token = /^Bearer (.+)$/.exec(seen.headers.authorization ?? '')?.[1] ?? '';
    const good = (await server.isGood(token)) && !takenBack.has(token);
    seenTokens[good ? 'good' : 'refused'].add(token);
    if (!good) {
      response.writeHead(401, { 'content-type': 'application/json' });
      return void response.end('{"error":{"message":"expired","type":"authentication_error"}}');
    }
    const { model, stream } = JSON.parse(seen.body.toString());
    response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
    if (!stream) return void response.end(whole);
    response.write(delta('first'));
    if (model === 'long') await release.promise;
    response.end(`${delta('second')}data: [DONE]\n\n`);
  });
  return { upstream, ...seenTokens, takenBack, release: release.resolve };
}

/** Two threads, one account, whose file does not say when its token ends: the vendor does, with 401. */
async function gateway(server: AuthorizationServer, url: string) {
  const workplace = await Workplace.make();
  workplaces.push(workplace);
  mkdirSync(join(workplace.directory, 'accounts'));
  const file = join(workplace.directory, 'accounts', 'ada.json');
  const { accessToken, refreshToken } = await server.login();
  const tokens = { access_token: accessToken, refresh_token: refreshToken };
  writeFileSync(file, JSON.stringify({ provider: 'desk', ...tokens }), { mode: 0o600 });
  const oauth = { clientId: server.clientId, clientSecret: server.clientSecret, tokenUrl: server.tokenUrl };
  const manifest = {
    title: 'Desk',
    baseUrl: `${url}/v1`,
    auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' },
    dialects: { 'openai-chat': {} },
    oauth: { refreshAhead: '1500ms' },
  };
  await workplace.write('providers/desk/provider.yaml', JSON.stringify(manifest));
  const providers = [{ name: 'desk', models: ['small', 'long'], oauth }];
  await workplace.write('gateway.yaml', gatewayYaml({ providers, accounts: { directory: './accounts' }, threads: 2 }));
  return { file, running: await workplace.serve() };
}

test(
  'tokens end and are taken back under traffic: no request fails, no refresh token is used twice',
  limit,
  async (t) => {
    const server = await authorizationServer(t, { accessTokenSeconds: 3 });
    const { upstream, good, refused, takenBack, release } = await vendor(server);
    await using _ = upstream;
    const { file, running } = await gateway(server, upstream.url);
    const began = systemClock.ticks();
    const said = new Map<string, number>();
    const long = ask(running, 'long', true);
    const client = async (stream: boolean) => {
      while (systemClock.ticks() - began < durationMs) {
        const answer = await ask(running, 'small', stream);
        said.set(answer, (said.get(answer) ?? 0) + 1);
      }
    };
    /** The vendor takes a token back before its end. */
    const takeBack = async () => {
      while (systemClock.ticks() - began < takenBackMs) await ask(running, 'small', false);
      takenBack.add([...good].at(-1) ?? assert.fail());
    };
    await Promise.all([takeBack(), ...Array.from({ length: clients }, (_, index) => client(index % 2 === 0))]);
    release();
    assert.equal(await long, 'whole', 'a stream outlives the token it began with');

    t.diagnostic(`${said.get('whole')} requests, ${server.requests()} refreshes, ${refused.size} tokens met with 401`);
    assert.deepEqual([...said.keys()], ['whole'], [...said].join('\n'));
    assert.ok(refused.size >= 2, 'one ended and one was taken back');
    assert.ok(good.size >= 2, `${good.size} tokens were used`);
    // Neither one for each thread nor one for each request that was refused.
    assert.ok(server.requests() <= 8, `${server.requests()} refreshes`);
    const written = JSON.parse(readFileSync(file, 'utf8'));
    assert.ok(await server.isKept(written.refresh_token), 'the server ends the family of a token that is used twice');
    assert.equal(running.status().providers[0]?.accounts[0]?.usable, true);
  },
);
