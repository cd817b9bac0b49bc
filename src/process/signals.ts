// The process's signals: SIGTERM and SIGINT let running calls finish, a second one does not wait; SIGHUP looks at the
// configuration again, as daemons always have.
import type { ControlThread } from './control-thread.ts';

/** Returns what takes the handlers away. */
export function handleSignals(control: ControlThread): () => void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // 128 + number, as shells count it.
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143);
    stopping = true;
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
