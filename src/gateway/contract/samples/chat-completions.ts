// Samples of the dialect `openai-chat`.
import { clientModel, type Sample } from './sample.ts';

const model = `"model" : "${clientModel}"`;
const odd = '"number_kept": 1.50E+2, "text_kept": "\\u00e9\\/é"';

export const chatCompletions: readonly Sample[] = [
  {
    dialect: 'openai-chat',
    operation: 'chat',
    request: `{ ${odd},\n\t${model}, "messages": [ {"role":"user", "content":"hello"} ] }`,
    answer: `{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}`,
    events: [
      event('[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]'),
      event('[{"index":0,"delta":{"content":"good "},"finish_reason":null}]'),
      event('[{"index":0,"delta":{"content":"day \\u00e9 é"},"finish_reason":null}]'),
      event('[{"index":0,"delta":{},"finish_reason":"stop"}]'),
      'data: [DONE]\n\n',
    ],
    usageEvent: event('[]', ',"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}'),
  },
  {
    dialect: 'openai-chat',
    operation: 'completions',
    request: `{${model}, ${odd}, "prompt": "hello"}`,
    answer: `{"id":"c1","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"hi","finish_reason":"stop"}]}`,
    events: [
      event('[{"index":0,"text":"good ","finish_reason":null}]'),
      event('[{"index":0,"text":"day","finish_reason":"stop"}]'),
      'data: [DONE]\n\n',
    ],
    usageEvent: event('[]', ',"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}'),
  },
  {
    dialect: 'openai-chat',
    operation: 'embeddings',
    request: `{${model}, "input": ["one", "two"], ${odd}}`,
    answer: `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.25]}],"model":"m","usage":{"prompt_tokens":2,"total_tokens":2}}`,
  },
  {
    dialect: 'openai-chat',
    operation: 'moderations',
    request: `{"input": "hello", ${model}, ${odd}}`,
    answer: '{"id":"m1","model":"m","results":[{"flagged":false}]}',
  },
  {
    dialect: 'openai-chat',
    operation: 'rerank',
    request: `{${odd}, ${model}, "query": "fox", "documents": ["a dog", "a fox"]}`,
    answer: '{"id":"r1","results":[{"index":1,"relevance_score":0.9}]}',
  },
];

function event(choices: string, rest = ''): string {
  return `data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":${choices}${rest}}\n\n`;
}
