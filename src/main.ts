// argv -> command. The commands are in cli/, one file each.
import '../bin/runtime.js';
import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';

process.exitCode = await run(process.argv.slice(2), processTerminal());
