// The logins of a running gateway, from their start to their end, whatever ends them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoginWish } from '../../../src/control/logins/logins.ts';
import { Refusal } from '../../../src/control/refuse.ts';
import { clientSecret, factsOf, granted, keptOf, problem, type Stage, secrets, stage } from './fake-login.ts';

const minute = 60_000;

function wish(provider = 'acme', changes: Partial<LoginWish> = {}): LoginWish {
  return { provider, account: undefined, flow: undefined, listen: true, callbackPort: undefined, ...changes };
}

function only({ driven }: Stage) {
  return driven.at(-1) ?? assert.fail('no login was begun');
}

async function refusal(started: Promise<unknown>): Promise<Refusal> {
  const thrown = await started.then(
    () => assert.fail('it was begun'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Refusal, String(thrown));
  return thrown;
}

test('a login waits, and is done once its account is kept', async () => {
  const scene = stage();
  const begun = await scene.registry.start(wish('acme', { account: 'ada', callbackPort: 9001 }));
  assert.equal(begun.status, 'waiting');
  const { login, options, end } = only(scene);
  assert.deepEqual([options.listen, options.callbackPort, options.flow], [true, 9001, undefined]);
  assert.deepEqual(scene.registry.list(), [begun]);
  assert.deepEqual(scene.registry.find(login.id), begun);
  end(granted);
  const done = await scene.registry.settled(login.id, minute);
  const base = { id: login.id, provider: 'acme', flow: 'code', startedAt: scene.clock.now() };
  assert.deepEqual(done, { ...base, status: 'done', ...keptOf('ada'), expiresAt: granted.granted.tokens.expiresAt });
  assert.deepEqual(scene.said, ['info signed in: acme/ada (ada@example.com, pro), added']);
});

test('one that comes to nothing says why, without secrets', async () => {
  const scene = stage();
  const { id } = await scene.registry.start(wish());
  only(scene).end({ problem: { ...problem, message: `The vendor said ${clientSecret}.` } });
  const failed = await scene.registry.settled(id, minute);
  assert.ok(failed?.status === 'failed');
  assert.deepEqual([failed.code, failed.message, failed.remedy], ['denied', 'The vendor said ***.', 'Sign in again.']);
  assert.deepEqual(scene.said, ['warn the login to acme came to nothing: The vendor said ***.']);
});

test('one whose file cannot be written has failed', async () => {
  const scene = stage();
  scene.keep = () => Promise.reject(new Error('EROFS: read-only file system'));
  const { id } = await scene.registry.start(wish());
  only(scene).end(granted);
  const failed = await scene.registry.settled(id, minute);
  assert.ok(failed?.status === 'failed');
  assert.equal(failed.code, 'not-kept');
  assert.match(failed.message, /EROFS/);
});

test('accounts of logins that end at once are kept one after the other, whatever becomes of each', async () => {
  const scene = stage();
  const running: string[] = [];
  const release = Promise.withResolvers<void>();
  scene.keep = async (account = '') => {
    running.push(`begin ${account}`);
    await release.promise;
    running.push(`end ${account}`);
    if (account === 'ada') throw new Error('disk full');
    return keptOf(account);
  };
  const ids: string[] = [];
  for (const account of ['ada', 'bob']) {
    ids.push((await scene.registry.start(wish('acme', { account }))).id);
    only(scene).end(granted);
  }
  release.resolve();
  const ends = await Promise.all(ids.map((id) => scene.registry.settled(id, minute)));
  assert.deepEqual(running, ['begin ada', 'end ada', 'begin bob', 'end bob']);
  assert.deepEqual(
    ends.map((login) => login?.status),
    ['failed', 'done'],
  );
});

test('a reload meanwhile: the newest facts are used, and a provider that has gone is said', async () => {
  const scene = stage();
  const first = await scene.registry.start(wish());
  const newest = factsOf('acme', { exchanged: true });
  scene.facts = [newest];
  only(scene).end(granted);
  assert.equal((await scene.registry.settled(first.id, minute))?.status, 'done');
  assert.equal(scene.kept[0]?.facts, newest);
  const second = await scene.registry.start(wish());
  scene.facts = [];
  only(scene).end(granted);
  const failed = await scene.registry.settled(second.id, minute);
  assert.ok(failed?.status === 'failed');
  assert.equal(failed.code, 'provider-gone');
  assert.equal(scene.kept.length, 1, 'nothing was written');
});

test('what cannot begin is refused with a remedy', async () => {
  const scene = stage();
  const unknown = await refusal(scene.registry.start(wish('nobody')));
  assert.deepEqual([unknown.status, unknown.code], [404, 'unknown-provider']);
  assert.match(String(unknown.details.remedy), /acme, other/);
  scene.nowhere = { code: 'no-directory', message: 'no directory', remedy: 'Set one.' };
  const nowhere = await refusal(scene.registry.start(wish()));
  assert.deepEqual([nowhere.status, nowhere.code], [409, 'no-directory']);
  assert.equal(nowhere.details.remedy, 'Set one.');
  scene.nowhere = undefined;
  for (const [code, status] of [
    ['no-client', 409],
    ['no-flow', 409],
    ['port-taken', 409],
    ['unreachable', 502],
    ['discovery-failed', 502],
    ['refused', 502],
  ] as const) {
    scene.refused = { code, message: `why ${clientSecret}`, remedy: 'what to do' };
    const refused = await refusal(scene.registry.start(wish()));
    assert.deepEqual([refused.status, refused.code, refused.message], [status, code, 'why ***']);
    assert.equal(refused.details.remedy, 'what to do');
  }
  assert.deepEqual(scene.registry.list(), []);
});

test('so many are under way at once and no more; one that ends makes room', async () => {
  const scene = stage();
  const wishes = Array.from({ length: 33 }, () => scene.registry.start(wish()));
  const results = await Promise.allSettled(wishes);
  const refused = results.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 1);
  const full = await refusal(scene.registry.start(wish()));
  assert.deepEqual([full.status, full.code, full.retryAfter], [429, 'too-many-logins', 60]);
  const { id } = only(scene).login;
  assert.ok(scene.registry.cancel(id));
  assert.equal((await scene.registry.settled(id, minute))?.status, 'failed');
  assert.equal((await scene.registry.start(wish())).status, 'waiting');
});

test('a port that another login of this gateway listens at is told as such, and any other program as that', async () => {
  const scene = stage();
  const taken = { code: 'port-taken', message: 'It is taken.', remedy: 'End that program.' } as const;
  scene.refusedListening = taken;
  const others = await refusal(scene.registry.start(wish()));
  assert.deepEqual([others.status, others.code, others.details], [409, 'port-taken', { remedy: taken.remedy }]);
  scene.refusedListening = undefined;
  await scene.registry.start(wish());
  scene.refusedListening = taken;
  const ours = await refusal(scene.registry.start(wish()));
  assert.deepEqual([ours.status, ours.code], [409, 'port-taken']);
  assert.match(ours.message, /^Another login of this gateway listens at port 8085\.$/);
  only(scene).end({ problem });
});

test('a start that failed leaves its place to others', async () => {
  const scene = stage();
  scene.refused = { ...problem, code: 'port-taken' };
  for (let times = 0; times < 40; times += 1) assert.equal((await refusal(scene.registry.start(wish()))).status, 409);
});

test('one that is over can be asked for ten minutes long; so many are kept and no more', async () => {
  const scene = stage();
  const { id } = await scene.registry.start(wish());
  only(scene).end({ problem });
  await scene.registry.settled(id, minute);
  scene.clock.advance(10 * minute - 1);
  assert.equal(scene.registry.find(id)?.status, 'failed');
  scene.clock.advance(1);
  assert.equal(scene.registry.find(id), undefined);
  const waiting = await scene.registry.start(wish());
  for (let times = 0; times < 140; times += 1) {
    const each = await scene.registry.start(wish());
    only(scene).end({ problem });
    await scene.registry.settled(each.id, minute);
  }
  const all = scene.registry.list();
  assert.equal(all.length, 129);
  assert.equal(all[0]?.id, waiting.id, 'one that waits is never forgotten');
});

test('a callback that is pasted reaches its login; what is not of it leaves it as it is', async () => {
  const scene = stage();
  const { id } = await scene.registry.start(wish());
  const wrong = scene.registry.paste(id, '?code=1&state=guessed');
  assert.ok(typeof wrong === 'object');
  assert.deepEqual([wrong.code, wrong.message], ['state-mismatch', "Another login's, by ***."]);
  assert.equal(scene.registry.find(id)?.status, 'waiting');
  assert.equal(scene.registry.paste(id, `?code=1&state=${id}`), 'taken');
  assert.equal(scene.registry.paste('guessed', '?code=1'), 'unknown');
  only(scene).end(granted);
  await scene.registry.settled(id, minute);
  assert.equal(scene.registry.paste(id, `?code=1&state=${id}`), 'over');
});

test('who waits for the end of one is told how it stands when patience is at its end', async () => {
  const scene = stage();
  const { id } = await scene.registry.start(wish());
  const asked = scene.registry.settled(id, 5_000);
  scene.clock.advance(5_000);
  assert.equal((await asked)?.status, 'waiting');
  assert.equal(scene.clock.waiting, 0);
  assert.equal(await scene.registry.settled('guessed', 5_000), undefined);
});

test('at the end of the gateway all are cancelled, those too that begin at that moment', async () => {
  const scene = stage();
  await scene.registry.start(wish());
  const beginning = scene.registry.start(wish('other'));
  await scene.registry.close();
  await beginning;
  const { id } = only(scene).login;
  await scene.registry.settled(id, minute);
  assert.deepEqual(
    scene.registry.list().map((login) => login.status === 'failed' && login.code),
    ['cancelled', 'cancelled'],
  );
  assert.equal((await refusal(scene.registry.start(wish()))).code, 'stopping');
});

test('providers are told of with their callback, and their client only by whether there is one', () => {
  const scene = stage();
  const free = { host: '127.0.0.1', port: 0, path: '/callback', registeredPort: undefined } as const;
  scene.facts = [
    factsOf('acme', { aliases: ['acme-cli'] }),
    factsOf('moved', { callback: { host: 'localhost', port: 9001, path: '/auth/callback', registeredPort: 1455 } }),
    factsOf('free', { callback: free, clientId: undefined }),
    factsOf('device', { flows: ['device'] }),
  ];
  const told = scene.registry.providers();
  assert.deepEqual(
    told.map(({ provider, clientId, callback }) => [provider, clientId, callback?.redirectUri ?? null, callback?.port]),
    [
      ['acme', true, 'http://localhost:8085/oauth2callback', 8085],
      ['moved', true, 'http://localhost:1455/auth/callback', 9001],
      ['free', false, 'http://127.0.0.1/callback', 0],
      ['device', true, null, undefined],
    ],
  );
  const text = JSON.stringify(told);
  for (const secret of [...secrets, 'client-1']) assert.ok(!text.includes(secret), secret);
});
