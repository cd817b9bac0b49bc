// The plugin chain of each listener and route: order as written once in the file, settings by the most specific
// override (key over route over listener over chain). One instance per distinct settings.
import compose from 'koa-compose';
import type {
  LoadedConfig,
  LoadedListener,
  LoadedPlugin,
  LoadedRoute,
  Overrides,
  Settings,
} from '../../config/loaded.ts';
import {
  type CallContext,
  type Explainer,
  GatewayError,
  type PluginFactory,
  type PluginHandler,
} from '../../core/index.ts';
import type { Part } from '../explain/steps.ts';
import type { Problem } from '../outbox.ts';
import { type HostParts, makeHost } from './host.ts';

export type Factories = ReadonlyMap<string, PluginFactory<Settings> | undefined>;

export class Chains {
  readonly problems: Problem[] = [];
  readonly #config: LoadedConfig;
  readonly #factories: Factories;
  readonly #parts: HostParts;
  readonly #instances = new Map<string, PluginHandler>();

  constructor(config: LoadedConfig, factories: Factories, parts: HostParts) {
    this.#config = config;
    this.#factories = factories;
    this.#parts = parts;
  }

  /** The composed chain of one route behind one listener. */
  compose(listener: LoadedListener, route: LoadedRoute): PluginHandler {
    const handlers: PluginHandler[] = [];
    for (const plugin of this.#config.plugins) {
      const handler = this.#handler(plugin, [listener.plugins, route.plugins]);
      if (handler !== undefined) handlers.push(handler);
    }
    return compose(handlers as never[]) as PluginHandler;
  }

  /** What requests walk that are refused before their chain; undefined where no plugin asks for them. */
  composeEarly(listener: LoadedListener, route: LoadedRoute | undefined): PluginHandler | undefined {
    const scopes = route === undefined ? [listener.plugins] : [listener.plugins, route.plugins];
    const handlers = this.#config.plugins
      .filter(({ directory }) => this.#factories.get(directory.name)?.early === true)
      .map((plugin) => this.#instanceFor(plugin, scopes))
      .filter((handler) => handler !== undefined);
    return handlers.length === 0 ? undefined : (compose(handlers as never[]) as PluginHandler);
  }

  /** Whether a plugin that translates is on here, by the name of the key. */
  translating(listener: LoadedListener, route: LoadedRoute): (key: string | undefined) => boolean {
    const scopes = [listener.plugins, route.plugins];
    const plugins = this.#config.plugins.filter(
      ({ directory }) => this.#factories.get(directory.name)?.translates === true,
    );
    const usual = plugins.some((plugin) => settingsFor(plugin, scopes) !== undefined);
    const keys = this.#config.keys.filter(({ plugins: own }) => plugins.some(({ directory }) => own[directory.name]));
    const byName = new Map(
      keys.map(({ name, plugins: own }) => [name, plugins.some((each) => settingsFor(each, [...scopes, own]))]),
    );
    return byName.size === 0 ? () => usual : (key) => (key === undefined ? usual : (byName.get(key) ?? usual));
  }

  /** What an explanation walks: every plugin in order, also where it is off. */
  parts(listenerName: string, routeName: string): readonly Part[] {
    const { plugins, listeners, routes, keys } = this.#config;
    const listener = listeners.find(({ name }) => name === listenerName);
    const route = routes.find(({ name }) => name === routeName);
    const scopes = [listener?.plugins ?? {}, route?.plugins ?? {}];
    return plugins.map((plugin) => {
      const { name } = plugin.directory;
      const factory = this.#factories.get(name);
      const own = (key: string | undefined) => keys.find((entry) => entry.name === key)?.plugins ?? {};
      return {
        name,
        host: () => makeHost(name, this.#parts),
        settings: (key) => settingsFor(plugin, [...scopes, own(key)]),
        explain: factory === undefined ? () => missing(name) as Explainer : factory.explain,
      };
    });
  }

  #handler(plugin: LoadedPlugin, scopes: readonly Overrides[]): PluginHandler | undefined {
    const name = plugin.directory.name;
    const base = this.#instanceFor(plugin, scopes);
    const perKey = new Map<string, PluginHandler | undefined>();
    for (const key of this.#config.keys) {
      if (key.plugins[name] !== undefined) perKey.set(key.name, this.#instanceFor(plugin, [...scopes, key.plugins]));
    }
    return perKey.size === 0 ? base : byKey(name, base, perKey);
  }

  #instanceFor(plugin: LoadedPlugin, scopes: readonly Overrides[]): PluginHandler | undefined {
    const settings = settingsFor(plugin, scopes);
    return settings && this.#instance(plugin.directory.name, settings);
  }

  #instance(name: string, settings: Settings): PluginHandler {
    const id = `${name} ${JSON.stringify(settings)}`;
    let instance = this.#instances.get(id);
    if (instance === undefined) {
      instance = this.#make(name, settings);
      this.#instances.set(id, instance);
    }
    return instance;
  }

  #make(name: string, settings: Settings): PluginHandler {
    const factory = this.#factories.get(name);
    if (factory === undefined) return missing(name);
    try {
      const handler = factory(structuredClone(settings), makeHost(name, this.#parts));
      if (typeof handler === 'function') return handler;
      this.problems.push({ where: `plugins/${name}`, message: 'its factory returned no middleware' });
    } catch (error) {
      this.problems.push({ where: `plugins/${name}`, message: error instanceof Error ? error.message : String(error) });
    }
    return missing(name);
  }
}

/** What a plugin is set to where these overrides apply; undefined where it is off. */
function settingsFor(plugin: LoadedPlugin, scopes: readonly Overrides[]): Settings | undefined {
  const { name } = plugin.directory;
  let on = plugin.on;
  let settings = plugin.settings;
  for (const scope of scopes) {
    const override = scope[name];
    if (override === undefined) continue;
    on = override !== 'off';
    if (override !== 'off') settings = { ...settings, ...override.settings };
  }
  return on ? settings : undefined;
}

/** A policy that cannot be applied must not be skipped. */
function missing(name: string): PluginHandler {
  return function unavailable() {
    throw new GatewayError('plugin-unavailable', { message: `The plugin ${name} could not be loaded.` });
  };
}

function byKey(
  name: string,
  base: PluginHandler | undefined,
  perKey: ReadonlyMap<string, PluginHandler | undefined>,
): PluginHandler {
  const choose = (ctx: CallContext, next: () => Promise<unknown>) => {
    const key = ctx.call.key?.name;
    const handler = key !== undefined && perKey.has(key) ? perKey.get(key) : base;
    return handler === undefined ? next() : handler(ctx, next);
  };
  return Object.defineProperty(choose, 'name', { value: name });
}
