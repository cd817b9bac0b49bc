// Anthropic's Messages by InvokeModel: the model stands in the path as one segment, the version in the body, and streams
// come as frames.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
import { type JsonObject, provider, type UpstreamRequest } from 'portico';
import { asDialectError, kindOf } from './errors.ts';
import { FramesToEvents } from './frames-to-events.ts';

interface Settings {
  readonly region: string;
  readonly betas: readonly string[];
}

const frames = 'application/vnd.amazon.eventstream';

export default provider<Settings>(({ settings }) => {
  const known = new Set(settings.betas);

  function betasIn(header: string | string[] | undefined): string[] {
    const named = String(header ?? '').split(',');
    return named.map((beta) => beta.trim()).filter((beta) => known.has(beta));
  }

  return {
    body({ headers }): JsonObject {
      const betas = betasIn(headers['anthropic-beta']);
      return {
        model: null,
        stream: null,
        anthropic_version: 'bedrock-2023-05-31',
        ...(betas.length > 0 && { anthropic_beta: betas }),
      };
    },
    prepare: invoke,
    answer({ status, headers }) {
      const type = String(headers['content-type'] ?? '');
      if (type.startsWith(frames)) {
        headers['content-type'] = 'text/event-stream';
        return (source) => new FramesToEvents(source);
      }
      if (status < 400 || !type.includes('json')) return undefined;
      const named = String(headers['x-amzn-errortype'] ?? '');
      return (source) => asDialectError(source, named, status);
    },
    classify: kindOf,
  };
});

/** ARNs hold slashes: the whole name is one segment. What the client said in headers and query stands elsewhere here. */
function invoke(request: UpstreamRequest): void {
  const { headers, path, target, stream } = request;
  const base = path.slice(0, path.indexOf('/model/'));
  const model = encodeURIComponent(target.model ?? '');
  request.path = `${base}/model/${model}/invoke${stream === true ? '-with-response-stream' : ''}`;
  delete headers['anthropic-version'];
  delete headers['anthropic-beta'];
  headers.accept = stream === true ? frames : 'application/json';
}
