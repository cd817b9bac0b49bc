// Starts a gateway and stops it again.
import { readFileSync } from 'node:fs';
import type { ListenerStatus, ReloadResult, Status } from '../control/plane.ts';
import type { Clock } from '../core/index.ts';
import { ControlThread } from './control-thread.ts';
import { handleSignals } from './signals.ts';
import { openState } from './state/open.ts';

export { StartError } from './boot.ts';

export interface ServeRequest {
  /** Absolute path of the main configuration file. */
  readonly file: string;
  readonly stateDirectory: string;
  /** Laid over the first listener. */
  readonly overrides?: { readonly host?: string; readonly port?: number };
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Root of the package, whose plugins/ and providers/ are searched after those beside the file. */
  readonly builtin: string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Stop on SIGTERM and SIGINT and end the process then; look again on SIGHUP. */
  readonly signals?: boolean;
  /** For tests: another data thread. */
  readonly threadEntry?: URL;
  /** Milliseconds new code may take to load; default 5 s. */
  readonly rehearsalLimitMs?: number;
}

export interface ServeOptions extends ServeRequest {
  readonly version: string;
}

export interface Running {
  readonly listeners: readonly ListenerStatus[];
  readonly control: { readonly host: string; readonly port: number; readonly token: string };
  readonly revision: string;
  reload(): Promise<ReloadResult>;
  status(): Status;
  /** Resolves when running calls are done (or their time is up) and everything is closed. */
  stop(): Promise<void>;
}

/** Resolves when requests are served. Throws StartError when neither the file nor history has a good configuration. */
export async function serve(request: ServeRequest): Promise<Running> {
  const state = await openState(request.stateDirectory);
  const control = new ControlThread({ ...request, version: readVersion() }, state);
  const stopListening = request.signals ? handleSignals(control) : undefined;
  try {
    await control.start();
  } catch (thrown) {
    stopListening?.();
    await control.kill();
    throw thrown;
  }
  return {
    get listeners() {
      return control.plane.status().listeners;
    },
    get control() {
      return { ...control.plane.status().control, token: state.token };
    },
    get revision() {
      return control.served.config.revision;
    },
    reload: () => control.reloader.retry(),
    status: () => control.plane.status(),
    stop: () => control.stop(),
  };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
