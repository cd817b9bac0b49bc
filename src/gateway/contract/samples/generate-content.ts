// Samples of the dialect `gemini`, which has its model in the path.
import type { Sample } from './sample.ts';

const request =
  '{"contents":[ {"role":"user","parts":[{"text":"hello"}]} ], "numberKept": 1.50E+2, "textKept": "\\u00e9 é"}';
const usage = '"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":5,"totalTokenCount":8}';

export const generateContent: readonly Sample[] = [
  {
    dialect: 'gemini',
    operation: 'chat',
    request,
    answer: response('hi', '"finishReason":"STOP",'),
    events: [response('good ', ''), response('day', ''), response('', '"finishReason":"STOP",')].map(
      (text) => `data: ${text}\r\n\r\n`,
    ),
  },
  { dialect: 'gemini', operation: 'count-tokens', request, answer: '{"totalTokens":3}' },
  { dialect: 'gemini', operation: 'embeddings', request, answer: '{"embedding":{"values":[0.25]}}' },
];

function response(text: string, finish: string): string {
  return `{"candidates":[{"content":{"parts":[{"text":"${text}"}],"role":"model"},${finish}"index":0}],${usage},"modelVersion":"m"}`;
}
