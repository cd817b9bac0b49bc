// Keeps the compiled code of the gateway in its state directory: the next start is quicker and takes some 30 MB less,
// since what strips the types off TypeScript need not be loaded. Plain JavaScript, for it must come before all of that.
import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';

const { argv, env } = process;

/** As src/cli/locate.ts finds it. Nobody else can write there, which a directory for temporary files cannot promise. */
function stateDirectory() {
  const at = argv.findIndex((word) => word === '--state' || word.startsWith('--state='));
  const named = argv[at]?.includes('=') ? argv[at].slice('--state='.length) : argv[at + 1];
  return resolve((at > 0 ? named : undefined) ?? (env.PORTICO_STATE || '.portico'));
}

// Who has set NODE_COMPILE_CACHE knows better; and only a gateway has a state directory of its own.
if (argv[2] === 'serve' && env.NODE_COMPILE_CACHE === undefined && env.NODE_DISABLE_COMPILE_CACHE === undefined) {
  const directory = join(stateDirectory(), 'compiled');
  try {
    mkdirSync(stateDirectory(), { recursive: true, mode: 0o700 });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    enableCompileCache(directory);
    // Threads take it from here.
    env.NODE_COMPILE_CACHE = directory;
  } catch {
    // Without it everything works as well; that the state directory cannot be written is said by who needs it.
  }
}
