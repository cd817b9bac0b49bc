// The contract of a plugin directory: schema.json (checked before any code runs), index.ts (default export), README.md.
import type { Next } from 'koa';
import type { CallContext } from './call.ts';
import type { Host } from './host.ts';

/** An ordinary Koa middleware that may use `ctx.call`. Give it a name: stack traces and `portico status` show it. */
export type PluginHandler = (ctx: CallContext, next: Next) => unknown;

/** Called once per distinct settings and snapshot. The closure is the instance. */
export type PluginFactory<Config> = (config: Config, host: Host) => PluginHandler;

/** Declares a plugin: `export default plugin<Config>((config, host) => function name(ctx, next) { … })`. */
export function plugin<Config>(factory: PluginFactory<Config>): PluginFactory<Config> {
  return factory;
}
