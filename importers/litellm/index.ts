// LiteLLM's config.yaml (https://docs.litellm.ai/docs/proxy/configs): deployments become accounts of providers, names of
// `model_list` become groups.
import type { Importer } from '../importer.ts';
import { withoutEmpty } from '../source.ts';
import { Deployments } from './deployments.ts';
import { groupsOf } from './groups.ts';
import { settingsOf } from './settings.ts';

export const litellm: Importer = {
  name: 'litellm',
  title: 'LiteLLM (config.yaml)',
  format: 'yaml',
  read(source, secrets) {
    const deployments = new Deployments(secrets);
    const found = source
      .at('model_list')
      .list()
      .map((entry) => deployments.read(entry))
      .filter((one) => one !== undefined);
    const { plugins, keys, provider, logging } = settingsOf(source, secrets);
    const prices = deployments.prices;
    return withoutEmpty({
      version: 1,
      providers: deployments.providers(provider),
      models: groupsOf(source, found),
      keys,
      prices: prices.length === 0 ? undefined : { models: prices },
      plugins,
      logging,
    });
  },
};
