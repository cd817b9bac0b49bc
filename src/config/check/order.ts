// A plugin that answers by itself must not stand before one that decides who is answered, or what: what comes from it
// would pass the other by.
import type { Draft } from '../read/entries.ts';
import type { Path } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import type { ChainPlan } from './chain.ts';

const answering = 'cache';
const deciding = ['auth', 'jwt-auth', 'ip-filter', 'client-filter', 'guard'];

export function checkOrder(draft: Draft, chain: ChainPlan): void {
  if (!isUsed(chain, answering)) return;
  const at = chain.position(answering);
  const passedBy = deciding.filter((name) => chain.position(name) > at && isUsed(chain, name));
  if (passedBy.length === 0) return;
  const names = passedBy.map((name) => `\`${name}\``).join(', ');
  draft.report.error(
    placeOf(draft, answering),
    `what the plugin "${answering}" answers would never reach what stands behind it; move it after ${names}`,
    'key',
  );
}

/** In the chain, or where a listener, route or key switches it on. */
function isUsed({ plugins, overrides }: ChainPlan, name: string): boolean {
  if (plugins.some(({ directory, on }) => on && directory.name === name)) return true;
  return [...overrides.values()].some((override) => override[name] !== undefined && override[name] !== 'off');
}

function placeOf({ tree }: Draft, name: string): Path {
  const list = Array.isArray(tree.plugins) ? tree.plugins : [];
  const index = list.findIndex((item) => item === name || (isTree(item) && Object.keys(item)[0] === name));
  return list[index] === name ? ['plugins', index] : ['plugins', index, name];
}
