// GET /providers/{name}/models: what an instance serves, and how its list was come by where the upstream is asked for it.
// POST the same with /refresh: asks the upstream now, and answers when that is done.
import type Router from '@koa/router';
import type { ControlPlane, ProviderModels } from '../plane.ts';
import { Refusal } from '../refuse.ts';

export function models(router: Router, plane: ControlPlane): void {
  router.get('/providers/:name/models', function models(ctx) {
    ctx.body = known(plane.models(ctx.params.name ?? ''));
  });
  router.post('/providers/:name/models/refresh', async function refreshModels(ctx) {
    const name = ctx.params.name ?? '';
    if (known(plane.models(name)).discovery === null) {
      throw new Refusal(
        409,
        'not-discovered',
        `The upstream of "${name}" is not asked for models: write models: discover.`,
      );
    }
    ctx.body = known(await plane.refreshModels(name));
  });
}

function known(found: ProviderModels | undefined): ProviderModels {
  if (found === undefined) throw new Refusal(404, 'unknown-provider', 'There is no provider of this name.');
  return found;
}
