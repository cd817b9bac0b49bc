// argv -> command. The commands are in cli/, one file each.
import '../bin/runtime.js';
import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';

process.stdout.on('error', endWithReader);
process.exitCode = await run(process.argv.slice(2), processTerminal());

/** Who read along (`| head`) has read enough. A gateway that serves has a listener of its own, and goes on. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (process.stdout.listenerCount('error') === 1) process.exit();
}
