// Every port a configuration wants: bound by the gateway that runs, free, or in the way.
import type { LoadedConfig } from '../../config/loaded.ts';
import type { PortStatus } from '../../control/plane.ts';
import { probe, whyNot } from '../reload/ports.ts';
import { findHolder } from './holder.ts';

/** A port without what became of it. */
export type WantedPort = Pick<PortStatus, 'what' | 'host' | 'port' | 'protocol' | 'routes' | 'callback'>;

export function portsOf({ listeners, control }: LoadedConfig): readonly WantedPort[] {
  const data = listeners.map(({ name, host, port, tls, routes }) => {
    return { what: `listener ${name}`, host, port, protocol: tls === undefined ? 'http' : 'https', routes } as const;
  });
  const { host, port } = control;
  return [...data, { what: 'control', host, port, protocol: 'http', routes: [] }];
}

/** Those of `bound` as they are; each other one is tried. */
export function lookAtPorts(wanted: readonly WantedPort[], bound: readonly PortStatus[]): Promise<PortStatus[]> {
  return Promise.all(
    wanted.map((one) => {
      const same = bound.find((other) => isSame(one, other));
      return same === undefined ? tryPort(one) : { ...one, port: same.port, state: same.state, process: same.process };
    }),
  );
}

/** A port that the system chose stays with whom it was chosen for. */
function isSame(one: WantedPort, other: WantedPort): boolean {
  return one.host === other.host && (one.port === other.port || (one.port === 0 && one.what === other.what));
}

/** Binds it for a moment. */
async function tryPort(wanted: WantedPort): Promise<PortStatus> {
  const { host, port } = wanted;
  try {
    // Of those the system chooses there is always one.
    if (port !== 0) await probe(host, port);
    return { ...wanted, state: 'not-running' };
  } catch (thrown) {
    const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
    if (!taken) return { ...wanted, state: 'cannot-bind', problem: whyNot({ host, port }, thrown) };
    return { ...wanted, state: 'in-the-way', process: await findHolder(host, port) };
  }
}
