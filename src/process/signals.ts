// The process's signals: SIGTERM and SIGINT let running calls finish, a second one waits for new tokens at most;
// SIGHUP looks at the configuration again, as daemons always have.
import type { ControlThread } from './control-thread.ts';

const unfinished = `New tokens are on their way, and the login they belong to may be lost without them: waiting half a minute at most.
A third signal does not wait.
`;

/** Returns what takes the handlers away. */
export function handleSignals(control: ControlThread): () => void {
  let signals = 0;
  const stop = (signal: NodeJS.Signals) => {
    signals += 1;
    // 128 + number, as shells count it.
    const end = () => process.exit(signal === 'SIGINT' ? 130 : 143);
    if (signals === 2 && control.credentials.unfinished) {
      control.options.stderr(unfinished);
      return void control.credentials.close().finally(end);
    }
    if (signals > 1) return end();
    control.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        control.options.stderr(`stopping failed: ${error instanceof Error ? error.stack : error}\n`);
        process.exit(1);
      },
    );
  };
  const reload = () => void control.reloader.retry();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', reload);
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    process.off('SIGHUP', reload);
    process.stdout.off('error', ignoreClosedPipe);
    process.stderr.off('error', ignoreClosedPipe);
  };
}

/** Whoever read our output has left; that is no reason to stop serving. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
