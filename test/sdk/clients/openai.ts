// OpenAI's own SDK, in both of its dialects.
import OpenAI from 'openai';
import { answering, type Client } from './heard.ts';

function connect(body: string): OpenAI {
  return new OpenAI({ apiKey: 'x', baseURL: 'http://gateway.test/v1', maxRetries: 0, fetch: answering(body) });
}

export const openaiChat: Client = {
  name: 'openai chat.completions.stream',
  dialect: 'openai-chat',
  async listen(body) {
    const stream = connect(body).chat.completions.stream({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    const [choice] = choices;
    if (choice === undefined) throw new Error('no choice');
    const calls = (choice.message.tool_calls ?? []).map((call) =>
      call.type === 'function'
        ? { name: call.function.name, arguments: call.function.arguments }
        : { name: Object(call).custom.name, arguments: Object(call).custom.input },
    );
    return {
      text: (choice.message.content ?? '') + (choice.message.refusal ?? ''),
      calls,
      finish: choice.finish_reason,
      usage: { input: usage?.prompt_tokens ?? -1, output: usage?.completion_tokens ?? -1 },
    };
  },
};

export const openaiResponses: Client = {
  name: 'openai responses.stream',
  dialect: 'openai-responses',
  async listen(body) {
    const stream = connect(body).responses.stream({ model: 'm', input: 'Hi' });
    const { output, usage, status, incomplete_details: details } = await stream.finalResponse();
    const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
    return {
      text: parts.map((part) => (part.type === 'output_text' ? part.text : part.refusal)).join(''),
      calls: output.flatMap((item) => {
        if (item.type === 'function_call') return [{ name: item.name, arguments: item.arguments }];
        return item.type === 'custom_tool_call' ? [{ name: item.name, arguments: item.input }] : [];
      }),
      finish: details?.reason ?? status ?? '',
      usage: { input: usage?.input_tokens ?? -1, output: usage?.output_tokens ?? -1 },
    };
  },
};
