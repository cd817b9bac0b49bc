// Anthropic's Messages as Vertex AI takes them: the version in the body and the model in the path, another verb for streams,
// and three locations with another host. https://docs.anthropic.com/en/api/claude-on-vertex-ai
import { provider } from 'portico';

const hosts: Readonly<Record<string, string>> = {
  'https://global-aiplatform.googleapis.com': 'https://aiplatform.googleapis.com',
  'https://us-aiplatform.googleapis.com': 'https://aiplatform.us.rep.googleapis.com',
  'https://eu-aiplatform.googleapis.com': 'https://aiplatform.eu.rep.googleapis.com',
};
const version = { anthropic_version: 'vertex-2023-10-16' };

export default provider(() => ({
  // Of a count the model stays in the body: its path names none.
  body: ({ operation }) => (operation === 'chat' ? { model: null, ...version } : version),
  prepare(request) {
    request.origin = hosts[request.origin] ?? request.origin;
    delete request.headers['anthropic-version'];
    // Versions of models are written `name@20250929`.
    request.path = request.path.replaceAll('%40', '@');
    if (request.operation === 'chat' && request.stream === true) {
      request.path = request.path.replace(/:rawPredict(?=$|\?)/, ':streamRawPredict');
    }
  },
}));
