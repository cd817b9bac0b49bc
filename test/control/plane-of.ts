// What the process would say to the control API, as little as it takes.
import assert from 'node:assert/strict';
import type { LogTail } from '../../src/control/logs/tail.ts';
import type { ControlPlane } from '../../src/control/plane.ts';
import { systemClock } from '../../src/core/index.ts';
import { configOf } from '../process/config.ts';

export const committed = {
  outcome: 'committed',
  revision: 'r2',
  time: 1,
  ms: 2,
  issues: [],
  problems: [],
  degraded: [],
} as const;

export function planeOf(token: string, tail: LogTail): ControlPlane {
  return {
    status: () => ({ revision: 'r1' }) as ReturnType<ControlPlane['status']>,
    unready: () => [],
    impaired: () => [],
    authenticated: () => true,
    settings: () => configOf('r1').control,
    tokens: () => [token, 'configured-token-0123'],
    reload: async () => committed,
    plan: async (files) => ({ valid: true, revision: JSON.stringify(files), changes: [], issues: [] }),
    rollback: async (revision) => ({ done: true, revision, result: committed }),
    models: (provider) => (provider === 'up' ? { provider, any: false, models: [], discovery: null } : undefined),
    refreshModels: async () => undefined,
    history: async () => [{ revision: 'r1', time: 1, current: true, files: ['/gateway.yaml'] }],
    ports: async () => [{ what: 'control', host: '127.0.0.1', port: 1, protocol: 'http', routes: [], state: 'bound' }],
    explain: async (question) => ({ wrong: JSON.stringify(question) }),
    probe: async () => ({ wrong: 'not here' }),
    accounts: async () => [],
    resetAccounts: () => 0,
    refreshAccount: async () => ({ expiresAt: 1_800_000_000_000, refreshed: true, kept: 'file' }),
    stats: async () => ({ perSecond: 3 }) as Awaited<ReturnType<ControlPlane['stats']>>,
    logins: () => assert.fail('no logins here'),
    logs: () => ({ tail, run: 'run', clock: systemClock }),
    metrics: async () => ({ type: 'text/plain; version=0.0.4', text: 'portico_requests_total 1\n' }),
  };
}
