// Recorded streams that a client cannot hear, and why: none of it is the translation's.
import type { Cell } from './matrix.ts';

const reasons: readonly { readonly name: RegExp; readonly client: RegExp; readonly because: string }[] = [
  {
    name: /chat_completion_multiple_choices_streaming$/,
    client: /^ai \+ @ai-sdk provider$/,
    because: 'n = 2: this client cannot ask for several answers and reads whichever comes as the first',
  },
  {
    name: /openai-custom-tool\.1__stream$/,
    client: /^(openai chat\.completions\.stream|ai \+ @ai-sdk provider)$/,
    because: 'a call of a free-text tool: in streams of Chat both clients know calls of functions only',
  },
];

export function explanation({ name, client }: Cell): string | undefined {
  return reasons.find((one) => one.name.test(name) && one.client.test(client))?.because;
}
