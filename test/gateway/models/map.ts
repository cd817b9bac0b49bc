// A model map over providers that a test spells out, and what it finds in few words.
import assert from 'node:assert/strict';
import type { LoadedModel, LoadedModelTarget, LoadedProvider } from '../../../src/config/loaded.ts';
import type { Candidates, Skipped, Target } from '../../../src/core/index.ts';
import { ModelMap, type Need } from '../../../src/gateway/models/models.ts';
import { account, configOf } from '../../support/gateway.ts';

export const url = 'http://127.0.0.1:1';

export function ids(...names: string[]) {
  return { any: false, ids: Object.fromEntries(names.map((name) => [name, name])) };
}

export function group(
  name: string,
  targets: readonly (string | (Partial<LoadedModelTarget> & { readonly model: string }))[],
  more: Partial<LoadedModel> = {},
): LoadedModel {
  const written = targets.map((target) => (typeof target === 'string' ? { model: target } : target));
  return {
    name,
    strategy: 'fallback',
    hidden: false,
    targets: written.map((target) => ({ weight: 1, on: undefined, ...target })),
    ...more,
  };
}

type Account = LoadedProvider['accounts'][number];

export function provider(name: string, models: LoadedProvider['models'], accounts: Record<string, Partial<Account>>) {
  return { name, url, models, accounts: Object.entries(accounts).map(([each, more]) => account(each, url, more)) };
}

export class Maps {
  readonly map: ModelMap;
  readonly need: Need;

  constructor(providers: Parameters<typeof configOf>[0]['providers'], models: readonly LoadedModel[] = []) {
    const config = configOf({ ...(providers === undefined ? {} : { providers }), models });
    this.map = new ModelMap(config);
    this.need = { dialect: 'openai-chat', operation: 'chat', providers: config.providers.map((each) => each.name) };
  }

  candidates(name: string, more: Partial<Need> = {}): Candidates {
    const found = this.map.resolve(name, { ...this.need, ...more });
    assert.ok(found.found === 'candidates', `${name}: ${JSON.stringify(found)}`);
    return found.candidates;
  }

  /** `provider/account:model`. */
  targets(name: string, more: Partial<Need> = {}): string[] {
    return flat(this.candidates(name, more)).map((target) => `${target.provider}/${target.account}:${target.model}`);
  }

  /** `provider/account: reason`, of a name that was found or not. */
  skipped(name: string, more: Partial<Need> = {}): string[] {
    const found = this.map.resolve(name, { ...this.need, ...more });
    const root = found.found === 'candidates' ? found.candidates : found.found === 'no-account' ? found : undefined;
    assert.ok(root !== undefined, `${name}: ${found.found}`);
    return (root.skipped ?? []).map(told);
  }
}

export function flat(candidates: Candidates): readonly Target[] {
  return candidates.kind === 'group' ? candidates.members.flatMap(flat) : candidates.targets;
}

function told({ provider: name, account: one, reason }: Skipped): string {
  return one === undefined ? `${name}: ${reason}` : `${name}/${one}: ${reason}`;
}
