// Which way a login goes: asked for, or chosen by what there is, with the reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseWay, type Surroundings, type WayOptions } from '../../../src/cli/auth/login/way.ts';
import type { LoginFlow } from '../../../src/core/index.ts';

const desk: Surroundings = { platform: 'linux', env: { DISPLAY: ':0' }, watched: true, canOpen: true };
const plain: WayOptions = { browser: true };

const cases: readonly (readonly [string, readonly LoginFlow[], WayOptions, Surroundings, string])[] = [
  ['a desk', ['code'], plain, desk, 'code listen open paste'],
  ['a desk, both flows', ['code', 'device'], plain, desk, 'code listen open paste'],
  ['a vendor of device codes', ['device'], plain, desk, 'device open'],
  ['--no-browser', ['code', 'device'], { browser: false }, desk, 'code listen paste'],
  ['--paste', ['code', 'device'], { browser: true, paste: true }, desk, 'code open paste'],
  ['--device', ['code', 'device'], { browser: true, device: true }, desk, 'device open'],
  ['no terminal', ['code', 'device'], plain, { ...desk, watched: false }, 'device: nobody reads this at a terminal'],
  [
    'no terminal, code alone',
    ['code'],
    plain,
    { ...desk, watched: false },
    'code listen paste: nobody reads this at a terminal',
  ],
  ['SSH', ['code', 'device'], plain, { ...desk, env: { SSH_CONNECTION: 'a b c d' } }, 'device: this is an SSH session'],
  [
    'a port was named',
    ['code', 'device'],
    { browser: true, callbackPort: '0' },
    { ...desk, env: {} },
    'code listen paste: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)',
  ],
  ['Wayland', ['code'], plain, { ...desk, env: { WAYLAND_DISPLAY: 'wayland-0' } }, 'code listen open paste'],
  ['macOS has no DISPLAY', ['code'], plain, { ...desk, platform: 'darwin', env: {} }, 'code listen open paste'],
  [
    'nothing opens browsers',
    ['code'],
    plain,
    { ...desk, canOpen: false },
    'code listen paste: no browser can be opened from here',
  ],
];

for (const [name, flows, options, around, expected] of cases) {
  test(name, () => {
    const { flow, listen, open, paste, why } = chooseWay({ flows }, options, around);
    const words = [flow, listen && 'listen', open && 'open', paste && 'paste'].filter((word) => word !== false);
    assert.equal(`${words.join(' ')}${why === undefined ? '' : `: ${why}`}`, expected);
  });
}

test('nobody listens where the client is registered with another redirect URI than loopback', () => {
  const redirectUri = 'https://gateway.example.com/logins/callback';
  const callback = { host: 'localhost', port: 1, path: '/callback', registeredPort: undefined, redirectUri } as const;
  const way = chooseWay({ flows: ['code'], callback }, plain, { ...desk, platform: 'darwin', env: {} });
  assert.deepEqual([way.listen, way.open, way.paste], [false, true, true]);
});
