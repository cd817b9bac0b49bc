// How credentials that end do, in numbers: until when each is good, and how their refreshing goes.
import type { CredentialStatus } from '../../accounts/credential-status.ts';
import type { RefreshOutcome } from '../../accounts/keep/kept-options.ts';
import type { Instruments } from './instruments.ts';

/** Accounts that get series of their own. */
const mostAccounts = 1_000;

export class CredentialMetrics {
  readonly #refreshes: ReturnType<Instruments['counter']>;

  constructor(make: Instruments, credentials: () => readonly CredentialStatus[]) {
    this.#refreshes = make.counter('credential_refreshes_total', 'Tokens asked for of a token endpoint.', [
      'provider',
      'result',
    ]);
    const each = (name: string, help: string, figureOf: (status: CredentialStatus) => number | undefined) =>
      make.read(name, help, ['provider', 'account'], () =>
        credentials()
          .slice(0, mostAccounts)
          .flatMap((status) => {
            const value = figureOf(status);
            const { provider, account } = status;
            return value === undefined ? [] : [{ labels: { provider, account }, value }];
          }),
      );
    each('credential_expiry_timestamp_seconds', 'When the token of an account ends.', ({ expiresAt }) =>
      expiresAt === undefined ? undefined : expiresAt / 1000,
    );
    each('credential_refresh_failures', 'Refreshes that failed in a row.', ({ refresh }) => refresh.failures);
    each('credential_refreshed_timestamp_seconds', 'When a token was last refreshed.', ({ refresh }) =>
      refresh.last === undefined ? undefined : refresh.last / 1000,
    );
    each('credential_in_memory', 'Whether new tokens could not be written to their file.', ({ kept }) =>
      kept === 'memory' ? 1 : 0,
    );
  }

  /** `found`: another process had refreshed it. */
  refreshed(provider: string, result: RefreshOutcome): void {
    this.#refreshes.inc({ provider, result });
  }
}
