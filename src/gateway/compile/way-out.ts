// How a plugin reaches what it has to fetch: directly, or through one of the configuration's proxies. The address of a
// proxy may hold a password, so plugins know it by its name.
import { hash } from 'node:crypto';
import { fetch } from 'undici';
import type { LoadedEgress } from '../../config/loaded.ts';
import type { WayOut } from '../../core/index.ts';
import { openEgress } from '../../upstream/egress/open-egress.ts';

/** Undefined where no proxy has that name. */
export function wayOut(egress: readonly LoadedEgress[], name: string): WayOut | undefined {
  const url = egress.find((each) => each.name === name)?.url;
  if (url === undefined && name !== 'direct') return undefined;
  return {
    id: url === undefined ? name : hash('sha256', url, 'hex').slice(0, 16),
    open() {
      const dispatcher = openEgress(url);
      return {
        // The library's own answer is that of the platform but for its type.
        fetch: (target, options) => fetch(target, { ...options, dispatcher }) as unknown as Promise<Response>,
        close: () => void dispatcher.destroy(),
      };
    },
  };
}
