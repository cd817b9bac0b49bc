// What a WebSocket's request asks for: it has no body, so the model stands in its query.
import { GatewayError } from '../../core/index.ts';
import { isSocket } from '../../dialects/operations.ts';
import { emptyRequest, type RequestBody } from '../call/request-body.ts';

export const askedInQuery: RequestBody = {
  ...emptyRequest,
  async facts(call) {
    if (!isSocket(call.operation)) return emptyRequest.facts(call);
    const url = call.req.url ?? '';
    const at = url.indexOf('?');
    const models = new URLSearchParams(at < 0 ? '' : url.slice(at + 1)).getAll('model');
    // Gateway and upstream must not read two different requests.
    if (models.length > 1) {
      throw new GatewayError('duplicate-field', { message: 'The query repeats "model".', param: 'model' });
    }
    const model = call.match?.model ?? models[0];
    call.asked = model;
    call.streams = true;
    return { model, stream: true, bytes: 0 };
  },
};
