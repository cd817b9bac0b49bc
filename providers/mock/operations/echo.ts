// Any other path: what was received is sent back.
import type { Exchange } from '../exchange.ts';

export function echo({ body, id, model }: Exchange): unknown {
  return { id: `echo_${id}`, object: 'mock.echo', model, received: body };
}
