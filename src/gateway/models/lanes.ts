// In which dialect a provider is asked that does not speak the caller's: the closest of those it speaks.
import type { LoadedProvider } from '../../config/loaded.ts';
import type { DialectName, Lane, Operation } from '../../core/index.ts';
import { closest } from '../../dialects/closest.ts';
import { codecs } from '../../dialects/codecs.ts';
import { dialects } from '../../dialects/index.ts';
import { offers } from './offers.ts';

/** How a provider that does not offer the operation in the caller's dialect is asked all the same; undefined: not at all. */
export function laneTo(provider: LoadedProvider, from: DialectName, operation: Operation): Lane | undefined {
  if (!understands(from, operation)) return undefined;
  const others = closest[from];
  switch (operation) {
    case 'chat':
    case 'embeddings':
      return first(provider, others, operation);
    // Nobody's models are asked that way any more: what it says can be said as a chat.
    case 'completions':
      return first(provider, [from, ...others], 'chat');
    case 'count-tokens':
      // Where nobody counts, the gateway does: the lane then leads to what would be asked with the tokens.
      return first(provider, others, operation) ?? first(provider, [from, ...others], 'chat');
    default:
      return undefined;
  }
}

function first(provider: LoadedProvider, names: readonly DialectName[], operation: Operation): Lane | undefined {
  const dialect = names.find(
    (name) => offers(provider, name, operation) && isServed(name, operation) && speaks(name, operation),
  );
  return dialect && { dialect, operation };
}

/** A directory that lists no operations offers the usual ones, as far as the dialect has them. */
function isServed(name: DialectName, operation: Operation): boolean {
  return dialects[name].endpoints.some((endpoint) => endpoint.operation === operation);
}

function understands(name: DialectName, operation: Operation): boolean {
  return operation === 'completions' ? codecs[name].completions !== undefined : speaks(name, operation);
}

function speaks(name: DialectName, operation: Operation): boolean {
  const { chat, counting, embeddings } = codecs[name];
  if (operation === 'count-tokens') return counting !== undefined;
  return (operation === 'embeddings' ? embeddings : chat) !== undefined;
}
