// The gateway of the matrix: for each cell one provider that speaks one dialect and serves one model.
import type { DialectName } from '../../src/core/index.ts';
import { type Portico, startPortico } from '../e2e/portico.ts';

export const dialects: readonly DialectName[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'];

const directories: Readonly<Record<DialectName, { readonly use: string; readonly path: string }>> = {
  'openai-chat': { use: 'openai', path: '/v1' },
  'openai-responses': { use: 'openai', path: '/v1' },
  'anthropic-messages': { use: 'anthropic', path: '' },
  gemini: { use: 'gemini', path: '' },
};

export const key = 'sk-portico-clients-0123456789abcdefghijklmnop';

/** `models`: each served in one dialect, at a path of its own name below the upstream. */
export function startGateway(
  upstream: string,
  models: readonly { readonly model: string; readonly dialect: DialectName }[],
): Promise<Portico> {
  const providers = models.map(({ model, dialect }) => {
    const { use, path } = directories[dialect];
    const accounts = [{ name: 'only', apiKey: 'upstream-key' }];
    return { name: model, use, baseUrl: `${upstream}/${model}${path}`, dialects: [dialect], models: [model], accounts };
  });
  const configuration = {
    version: 1,
    threads: 1,
    listeners: [{ name: 'api', host: '127.0.0.1', port: 0 }],
    control: { host: '127.0.0.1', port: 0 },
    providers,
    keys: [{ name: 'clients', key }],
    plugins: ['auth', 'translator', 'balancer'],
    logging: { level: 'error' },
  };
  return startPortico(JSON.stringify(configuration));
}
