// One sample for each setting of a request, and for its tools.
import type { JsonObject, ReasoningWish, Tool } from '../../src/core/index.ts';
import {
  asked,
  base,
  type Chapter,
  choice,
  everywhere,
  parameters,
  type Sample,
  told,
  weather,
  wish,
  within,
  withTool,
} from './sample.ts';

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const structured = { kind: 'schema', name: 'out', description: 'What comes out', schema, strict: true } as const;
const search: Tool = {
  kind: 'web-search',
  allowedDomains: ['example.com'],
  blockedDomains: ['example.net'],
  maxUses: 3,
  location: { city: 'Oslo', country: 'NO' },
  contextSize: 'high',
};

function searching<Name extends keyof Extract<Tool, { kind: 'web-search' }>>(label: string, name: Name): Sample {
  const only = { kind: 'web-search', [name]: (search as Extract<Tool, { kind: 'web-search' }>)[name] } as Tool;
  return withTool(label, only, (tool) => (tool.kind === 'web-search' ? tool[name] : undefined));
}

export const settings: Chapter = {
  title: 'Settings',
  samples: [
    wish('the most tokens of an answer', 'maxOutputTokens', 1000),
    wish('temperature', 'temperature', 0.7),
    wish('temperature above 1, of 2', 'temperature', 1.5),
    wish('nucleus sampling', 'topP', 0.9),
    wish('top-k sampling', 'topK', 40),
    wish('strings that stop the answer', 'stop', ['END']),
    wish('several answers at once', 'answers', 2),
    wish('seed', 'seed', 7),
    wish('frequency penalty', 'frequencyPenalty', 0.5),
    wish('presence penalty', 'presencePenalty', 0.5),
    wish('bias of single tokens', 'logitBias', { 50256: -100 }),
    wish('log probabilities', 'logprobs', 3),
    wish('length of the answer in words (verbosity)', 'verbosity', 'low'),
    wish('service tier: flex', 'serviceTier', 'flex'),
    asked(
      { 'anthropic-messages': { service_tier: 'standard_only' } },
      wish('service tier: the usual', 'serviceTier', 'default'),
    ),
    wish('id of the end user', 'user', 'user-1'),
    asked({ 'openai-chat': { metadata: { team: 'red' } } }, wish('metadata', 'metadata', { team: 'red' })),
  ],
};

const thinking = (thinkingConfig: JsonObject) => ({ generationConfig: { thinkingConfig } });
const jsonFormat = { output_config: { format: { type: 'json_schema', schema } } };
const reads = ({ enabled, effort, budget }: ReasoningWish) =>
  enabled === false || effort === 'none' ? 'none' : (effort ?? budget);

export const reasoning: Chapter = {
  title: 'Reasoning and the form of the answer',
  samples: [
    within('effort of reasoning: high', 'reasoning', { enabled: true, effort: 'high' }, reads),
    asked(
      {
        'anthropic-messages': { thinking: { type: 'enabled', budget_tokens: 2000 } },
        gemini: thinking({ thinkingBudget: 2000 }),
      },
      within('tokens for reasoning: 2000', 'reasoning', { enabled: true, budget: 2000 }, reads),
    ),
    asked(
      {
        'openai-chat': { reasoning_effort: 'none' },
        'anthropic-messages': { thinking: { type: 'disabled' } },
        gemini: thinking({ thinkingBudget: 0 }),
      },
      within('no reasoning', 'reasoning', { enabled: false }, reads),
    ),
    asked(
      {
        'anthropic-messages': { thinking: { type: 'adaptive', display: 'summarized' } },
        gemini: thinking({ includeThoughts: true }),
      },
      within(
        'reasoning is to be read',
        'reasoning',
        { enabled: true, effort: 'high', summary: 'auto' },
        ({ summary }) => summary,
      ),
    ),
    told(
      { 'anthropic-messages': 'asked for in the instructions' },
      within('any JSON', 'format', { kind: 'json' }, ({ kind }) => kind),
    ),
    asked(
      { 'anthropic-messages': jsonFormat },
      within('JSON of a schema', 'format', structured, ({ kind, schema: given }) =>
        kind === 'schema' ? given?.properties : kind,
      ),
    ),
    within('name of the schema', 'format', structured, ({ name }) => name),
    told(
      { 'anthropic-messages': 'as the description in the schema' },
      within('description of the schema', 'format', structured, ({ description }) => description),
    ),
    within('the schema holds strictly', 'format', structured, ({ strict }) => strict),
  ],
};

export const tools: Chapter = {
  title: 'Tools',
  samples: [
    withTool('functions', weather),
    withTool('the schema of a function holds strictly', { ...weather, strict: true } as Tool, (tool) =>
      tool.kind === 'function' ? tool.strict : undefined,
    ),
    told(
      everywhere('as a function that takes one text; its calls come back as free text'),
      withTool('tools that take free text', { kind: 'custom', name: 'patch', description: 'Patches files' }),
    ),
    told(
      everywhere('in its name; calls come back with both'),
      withTool('tools in namespaces', { ...weather, namespace: 'mcp__maps' } as Tool, (tool) =>
        tool.kind === 'function' && tool.namespace !== undefined ? [tool.namespace, tool.name] : undefined,
      ),
    ),
    choice('tool choice: the model decides', { mode: 'auto' }),
    choice('tool choice: none', { mode: 'none' }),
    choice('tool choice: any, but one', { mode: 'required' }),
    choice('tool choice: this one', { mode: 'tool', name: 'weather' }),
    asked(
      {
        'openai-chat': {
          tools: ['weather', 'time'].map((name) => ({ type: 'function', function: { name, parameters } })),
          tool_choice: {
            type: 'allowed_tools',
            allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'weather' } }] },
          },
        },
      },
      told(
        { 'openai-chat': 'the other tools are not sent', 'anthropic-messages': 'the other tools are not sent' },
        choice('tool choice: one of these', { mode: 'allowed', names: ['weather'], required: false }),
      ),
    ),
    {
      label: 'one tool call at a time',
      conversation: { ...base, tools: [weather], parallelToolCalls: false },
      read: ({ parallelToolCalls }) => parallelToolCalls,
    },
    withTool("web search of the vendor's", { kind: 'web-search' }),
    searching('web search: only these domains', 'allowedDomains'),
    searching('web search: not these domains', 'blockedDomains'),
    searching('web search: at most so often', 'maxUses'),
    searching('web search: where the user is', 'location'),
    searching('web search: how much to read', 'contextSize'),
  ],
};
