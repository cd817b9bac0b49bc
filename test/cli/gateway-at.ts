// A gateway that serves at somebody's desk, for commands that talk to one.
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';
import { systemClock } from '../../src/core/index.ts';
import { type Running, serve } from '../../src/process/serve.ts';
import type { Desk } from './typed.ts';

/** Stopped after the test. `hear` is given what it says. */
export async function gatewayAt(
  t: TestContext,
  desk: Desk,
  text: string,
  hear: (line: string) => void = () => undefined,
): Promise<Running> {
  const running = await serve({
    file: await desk.write('gateway.yaml', text),
    stateDirectory: desk.state,
    env: {},
    clock: systemClock,
    builtin: packageRoot,
    stdout: hear,
    stderr: hear,
  });
  t.after(() => running.stop());
  return running;
}
