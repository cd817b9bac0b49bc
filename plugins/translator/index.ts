// The place in the chain where dialects will be translated. Today a request goes only to targets that speak its own
// dialect (the identity lane), which the model map sees to; there is nothing to convert on the way.
import { plugin } from 'portico';

export default plugin<Record<string, never>>(() => {
  return function translator(_ctx, next) {
    return next();
  };
});
