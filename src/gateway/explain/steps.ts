// The plugins of a chain as an explanation walks them: which are on for whom, and what each has to say of itself. Made when
// somebody asks; nothing of it is there for requests.
import type { Explainer, Host, KeyEntry } from '../../core/index.ts';
import { quietHost } from './quiet-host.ts';

export interface Step {
  readonly name: string;
  /** For the key of this name: off, or on and perhaps able to tell. */
  look(key: string | undefined): 'off' | { readonly explainer: Explainer | undefined };
}

/** What the compiler knows of one plugin at one listener and route. */
export interface Part {
  readonly name: string;
  readonly host: () => Host;
  /** Settings for a key; undefined where it is off. */
  readonly settings: (key: string | undefined) => Readonly<Record<string, unknown>> | undefined;
  readonly explain: ((config: Readonly<Record<string, unknown>>, host: Host) => Explainer) | undefined;
}

export type PartsOf = (listener: string, route: string) => readonly Part[];

export function stepsOf(parts: readonly Part[], presumed: ReadonlyMap<string, KeyEntry>): readonly Step[] {
  return parts.map(({ name, host, settings, explain }) => ({
    name,
    look(key) {
      const own = settings(key);
      if (own === undefined) return 'off';
      return { explainer: explain?.(structuredClone(own), quietHost(host(), presumed)) };
    },
  }));
}
