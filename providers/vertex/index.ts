// What the paths and hosts of this API have of their own: streams have another verb, and three locations another host.
// https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
import { provider } from 'portico';

const hosts: Readonly<Record<string, string>> = {
  'https://global-aiplatform.googleapis.com': 'https://aiplatform.googleapis.com',
  'https://us-aiplatform.googleapis.com': 'https://aiplatform.us.rep.googleapis.com',
  'https://eu-aiplatform.googleapis.com': 'https://aiplatform.eu.rep.googleapis.com',
};

export default provider(() => ({
  prepare(request) {
    request.origin = hosts[request.origin] ?? request.origin;
    if (request.operation === 'chat' && request.stream === true) {
      request.path = request.path.replace(/:generateContent(?=$|\?)/, ':streamGenerateContent');
    }
  },
}));
