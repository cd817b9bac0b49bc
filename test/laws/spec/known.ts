// Where the specifications are older than the vendors' own SDK types, or than what the vendors send: amended before use.

export interface Amendment {
  readonly file: string;
  readonly schema: string;
  /** Members that need not be there. */
  readonly optional?: readonly string[];
  /** Members that may be null. */
  readonly nullable?: readonly string[];
  /** Further words for `type`. */
  readonly types?: readonly string[];
  readonly because: string;
}

export const amendments: readonly Amendment[] = [
  ...['ResponseToolUseBlock', 'ResponseServerToolUseBlock', 'ResponseWebSearchToolResultBlock'].map((schema) => ({
    file: 'anthropic-openapi.json',
    schema,
    optional: ['caller'],
    because: 'recorded answers have it only where a tool was called from code',
  })),
  {
    file: 'anthropic-openapi.json',
    schema: 'ResponseTextBlock',
    optional: ['citations'],
    because: 'recorded answers leave it out where nothing is cited',
  },
  {
    file: 'anthropic-openapi.json',
    schema: 'MessageDelta',
    optional: ['container', 'stop_details'],
    because: 'recorded streams leave them out where there is nothing to tell',
  },
  {
    file: 'openai-openapi.json',
    schema: 'OutputTextContent',
    optional: ['logprobs'],
    because: 'ResponseOutputText of the SDK: `logprobs?`; clients send items back without',
  },
  {
    file: 'openai-openapi.json',
    schema: 'OutputMessage',
    optional: ['id', 'status'],
    because: 'the service takes messages of the assistant without, as recorded',
  },
  {
    file: 'openai-openapi.json',
    schema: 'ToolChoiceTypes',
    types: ['web_search'],
    because: 'the tool is called `web_search` now, and @ai-sdk/openai chooses it so',
  },
  {
    file: 'openai-openapi.json',
    schema: 'ChatCompletionMessageToolCallChunk',
    types: ['custom'],
    because: 'tools of free text exist in Chat; the chunk is the only place that does not say so',
  },
  {
    file: 'openai-openapi.json',
    schema: 'Response',
    nullable: ['usage'],
    because: 'every recorded response.created holds `usage: null`',
  },
];
