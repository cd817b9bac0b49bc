// A process of its own that refreshes an account whenever it is told to.
import { refreshAccount } from '../../src/accounts/keep/refresh-once.ts';
import type { CredentialSource } from '../../src/config/loaded.ts';
import { systemClock } from '../../src/core/index.ts';

process.on('message', (source: CredentialSource) => {
  void refreshAccount(source, { clock: systemClock, signal: AbortSignal.timeout(10_000) }).then((done) => {
    process.send?.(done instanceof Error ? { error: done.message } : done);
  });
});
process.send?.('ready');
