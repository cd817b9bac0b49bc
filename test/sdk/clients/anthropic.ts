// Anthropic's own SDK.
import Anthropic from '@anthropic-ai/sdk';
import { answering, type Client } from './heard.ts';

export const anthropicMessages: Client = {
  name: '@anthropic-ai/sdk messages.stream',
  dialect: 'anthropic-messages',
  async listen(body) {
    const client = new Anthropic({
      apiKey: 'x',
      baseURL: 'http://gateway.test',
      maxRetries: 0,
      fetch: answering(body),
    });
    const stream = client.messages.stream({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] });
    const { content, stop_reason: reason, usage } = await stream.finalMessage();
    const { input_tokens: fresh, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
    return {
      text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      calls: content.flatMap((block) =>
        block.type === 'tool_use' ? [{ name: block.name, arguments: JSON.stringify(block.input) }] : [],
      ),
      finish: reason ?? '',
      usage: { input: fresh + (read ?? 0) + (written ?? 0), output: usage.output_tokens },
    };
  },
};
