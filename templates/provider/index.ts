// What provider.yaml cannot say. Leave out what is not needed; without this file the provider works as well.
import { provider } from 'portico';

export default provider(() => ({
  /** The last word on a request before it is sent. */
  prepare(request) {
    request.headers['x-sent-by'] = 'portico';
  },

  /** The kind of an upstream error, where the usual rules read it wrong. */
  classify(error) {
    return error.status === 400 && error.text.includes('model is loading') ? 'server' : undefined;
  },
}));
