// Makes targets in other dialects reachable. Being in the chain is all it does: where it is on, the model map offers them,
// and an attempt at one of them translates the request on its way out and the answer on its way back. The trait is known
// before the chain runs, so that limits further up count with the same candidates.
import { plugin } from 'portico';

export default plugin<Record<string, never>>(
  () => {
    return function translator(_ctx, next) {
      return next();
    };
  },
  { translates: true },
);
