// Brings the three command-line clients into a scratch folder that outlives the run: they are large.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = ['@anthropic-ai/claude-code', '@openai/codex', '@google/gemini-cli'];

/** The folder of the clients' executables. `PORTICO_CLIENTS` names another scratch folder. */
export async function installClients(): Promise<string> {
  const folder = process.env.PORTICO_CLIENTS ?? join(tmpdir(), 'portico-clients');
  const bin = join(folder, 'node_modules', '.bin');
  if (!['claude', 'codex', 'gemini'].every((name) => existsSync(join(bin, name)))) {
    process.stderr.write(`Installing ${packages.join(', ')} into ${folder} …\n`);
    await mkdir(folder, { recursive: true });
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...packages]);
  }
  // Puts the executable for this platform in its place; npm was not allowed to run it.
  const claude = join(folder, 'node_modules', packages[0] as string);
  await run(process.execPath, ['install.cjs'], { cwd: claude });
  return bin;
}
