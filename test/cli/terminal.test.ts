// `portico top` on a real terminal: it takes the screen over, and gives it back as it was.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';
import { gatewayAt } from './gateway-at.ts';
import { sitDown, smallest } from './typed.ts';

/** Of util-linux: runs a command on a terminal of its own. */
const script = 'script';
const hasScript = spawnSync(script, ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

test('on a terminal top shows itself until Ctrl-C, and leaves nothing behind', { skip: !hasScript }, async (t) => {
  const desk = await sitDown(t);
  await gatewayAt(t, desk, `${smallest}listeners: [{ name: api, port: 0 }]\ncontrol: { port: 0 }\nthreads: 1\n`);
  const command = `${process.execPath} ${packageRoot}/bin/portico.js top --state ${desk.state}`;
  const child = spawn(script, ['-qec', command, '/dev/null'], {
    cwd: desk.directory,
    env: { ...process.env, TERM: 'xterm' },
  });
  t.after(() => child.kill('SIGKILL'));
  let shown = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    shown += chunk;
    if (shown.includes('q quit') && child.stdin.writable) child.stdin.end('\u0003');
  }
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  assert.equal(code, 0, shown);
  assert.ok(shown.startsWith('\u001b[?1049h'), JSON.stringify(shown.slice(0, 40)));
  assert.ok(shown.endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l'), JSON.stringify(shown.slice(-40)));
  assert.match(shown, /requests .*in flight/);
});
