// Published keys are fetched the way the settings say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server as HttpProxy } from 'proxy-chain';
import { Rig, token } from './issuer.ts';

const minute = 60_000;

test('keys are fetched through the egress that is named, also after it leads elsewhere', async () => {
  const tunnels: string[] = [];
  const proxies = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const prepareRequestFunction = () => {
        tunnels.push(name);
        return {};
      };
      const proxy = new HttpProxy({ port: 0, host: '127.0.0.1', prepareRequestFunction });
      await proxy.listen();
      return proxy;
    }),
  );
  try {
    const [one, two] = proxies.map(({ port }) => [{ name: 'office', url: `http://127.0.0.1:${port}` }]);
    assert.ok(one && two);
    await using rig = await Rig.start({ egress: 'office' }, { egress: one });
    assert.equal(await rig.bearer(token({ exp: 1e11 })), '200 test');
    assert.deepEqual([tunnels, rig.keys.requests.length], [['one'], 1]);
    await rig.portico.load({ ...(await rig.wanted({ egress: 'office' }, { egress: one })), generation: 2 });
    rig.clock.advance(11 * minute);
    assert.equal(await rig.bearer(token({ exp: 1e11 })), '200 test');
    assert.equal(rig.keys.requests.length, 2);
    await rig.portico.load({ ...(await rig.wanted({ egress: 'office' }, { egress: two })), generation: 3 });
    assert.equal(await rig.bearer(token({ exp: 1e11 })), '200 test');
    assert.equal(rig.keys.requests.length, 3);
    assert.equal(tunnels.at(-1), 'two');
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close(true)));
  }
});

test('a name that no egress has is refused when the configuration is taken', async () => {
  await assert.rejects(Rig.start({ egress: 'offcie' }), /egress: none is named "offcie"/);
});
