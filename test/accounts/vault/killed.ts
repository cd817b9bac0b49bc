// A process of its own that seals files anew and is killed, for good, after as many as it is told.
import { reseal } from '../../../src/accounts/vault/reseal.ts';
import { readKey } from '../../../src/config/credentials/vault/key.ts';
import { openVault } from '../../../src/config/credentials/vault/vault.ts';

const [after, ...files] = process.argv.slice(2);
const [present, previous] = [readKey(process.env.PRESENT ?? ''), readKey(process.env.PREVIOUS ?? '')];
if (typeof present === 'string' || typeof previous === 'string') throw new Error('no keys');
const vault = openVault(present, [previous]);
for (const [index, file] of files.entries()) {
  // The last one is not waited for: it is killed somewhere in the middle of it.
  if (index === Number(after)) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  await reseal(file, { vault, wish: 'rotate', dryRun: false });
}
