// The contract of a plugin directory: schema.json (checked before any code runs), index.ts (default export), README.md.
import type { Next } from 'koa';
import type { CallContext } from './call.ts';
import type { Explainer } from './explain.ts';
import type { Host } from './host.ts';

/** An ordinary Koa middleware that may use `ctx.call`. Give it a name: stack traces and `portico status` show it. */
export type PluginHandler = (ctx: CallContext, next: Next) => unknown;

export interface PluginTraits<Config> {
  /** Also sees requests that are refused before they reach the chain: unknown paths, wrong methods, heads that are not sound. */
  readonly early?: boolean;
  /** Where it is in the chain and on, targets that speak another dialect than the caller are candidates too. */
  readonly translates?: boolean;
  /** Tells what it would do with a request. Called with the settings and a host that counts nothing, when somebody asks. */
  readonly explain?: (config: Config, host: Host) => Explainer;
}

/** Called once per distinct settings and snapshot. The closure is the instance. */
export type PluginFactory<Config> = ((config: Config, host: Host) => PluginHandler) & PluginTraits<Config>;

/** Declares a plugin: `export default plugin<Config>((config, host) => function name(ctx, next) { … })`. */
export function plugin<Config>(
  factory: PluginFactory<Config>,
  traits: PluginTraits<Config> = {},
): PluginFactory<Config> {
  return Object.assign(factory, traits);
}
