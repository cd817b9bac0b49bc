// Tools keep their names, namespaces and free text for the client, whatever an upstream calls them on the way.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DialectName, JsonObject, ToolCallPart } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { StreamTranslation, translateAnswer } from '../../src/gateway/translate/translate-answer.ts';
import { say, understand } from '../../src/gateway/translate/translate-request.ts';
import { asking, replyTo } from '../support/asking.ts';
import { decoded, originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { parsed } from './bugs/wire.ts';
import { inPieces } from './generate/answer.ts';
import { folded } from './gist.ts';

interface Known {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly custom: boolean;
}

const letters = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
const known: fc.Arbitrary<Known[]> = fc.uniqueArray(
  fc.record({
    name: fc.oneof(letters, fc.constantFrom('a', 'a_b', 'x'.repeat(64))),
    namespace: fc.option(fc.constantFrom('a', 'mcp__files', 'n'.repeat(60)), { nil: undefined }),
    custom: fc.constant(false),
  }),
  { minLength: 1, maxLength: 5, selector: ({ name, namespace }) => `${namespace}\0${name}` },
);
const withCustom = fc
  .tuple(known, fc.boolean())
  .map(([all, custom]) => (custom ? [...all, { name: 'apply_patch', namespace: undefined, custom }] : all));

/** What Codex sends: functions in and out of namespaces, a tool of free text. */
function request(tools: readonly Known[]): JsonObject {
  const flat = tools.filter(({ namespace }) => namespace === undefined);
  const spaces = [...new Set(tools.flatMap(({ namespace }) => namespace ?? []))];
  const written = ({ name, custom }: Known) =>
    custom
      ? { type: 'custom', name, description: 'Free.' }
      : { type: 'function', name, parameters: { type: 'object', properties: {} }, strict: false };
  const grouped = spaces.map((name) => ({
    type: 'namespace',
    name,
    description: 'Some.',
    tools: tools.filter(({ namespace }) => namespace === name).map(written),
  }));
  return { model: 'm', input: 'Hi', stream: true, tools: [...flat.map(written), ...grouped] };
}

/** The names an upstream was given, in order, each as it would call it. */
function namesSent(to: DialectName, body: JsonObject): string[] {
  const told = { model: to === 'gemini' ? 'm' : undefined, stream: true };
  const { tools } = understand({ dialect: to, operation: 'chat' }, body, told).conversation;
  return tools.flatMap((tool) => (tool.kind === 'function' || tool.kind === 'custom' ? [tool.name] : []));
}

/** An answer that calls every tool once. */
function calling(names: readonly string[]) {
  const parts = names.map(
    (name, index): ToolCallPart => ({
      kind: 'tool-call',
      id: `call_${index}aaaaaaa`,
      name,
      arguments: '{"input":"free \\"text\\""}',
    }),
  );
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
  return {
    id: 'r',
    model: 'm',
    created: 1,
    candidates: [{ index: 0, parts, finish: { reason: 'tool' as const } }],
    usage,
  };
}

/** What the client reads: functions keep their JSON, free text is free again. */
function heard(tools: readonly Known[]) {
  return tools.map(({ name, namespace, custom }) => ({
    name,
    namespace,
    text: custom ? 'free "text"' : '{"input":"free \\"text\\""}',
  }));
}

const read = (part: ToolCallPart) => ({ name: part.name, namespace: part.namespace, text: part.arguments });

describe('names of tools', () => {
  for (const to of ['openai-chat', 'anthropic-messages', 'gemini'] as const) {
    const { traits } = codecs[to].chat;

    it(`are legal in ${to}, one for each tool, and those of the client in its answer`, () => {
      fc.assert(
        fc.property(withCustom, fc.array(fc.nat(60), { maxLength: 3 }), (all, places) => {
          // Namespaces come after what stands alone, as `request` writes them.
          const tools = [
            ...all.filter(({ namespace }) => namespace === undefined),
            ...[...new Set(all.map(({ namespace }) => namespace))]
              .filter((name) => name !== undefined)
              .flatMap((name) => all.filter(({ namespace }) => namespace === name)),
          ];
          const spoken = understand({ dialect: 'openai-responses', operation: 'chat' }, request(tools), {
            model: undefined,
            stream: true,
          });
          const lane = { dialect: to, operation: 'chat' } as const;
          const said = say(spoken, lane, { model: 'm', stream: true, origin: originOf(to), facts: {} });
          const names = namesSent(to, onTheWire(said.body));
          assert.equal(new Set(names).size, tools.length);
          for (const name of names)
            assert.ok(name.length <= traits.toolName.longest && traits.toolName.pattern.test(name), name);

          const reply = replyTo(spoken.conversation);
          const way = {
            from: to,
            origin: originOf(to),
            to: 'openai-responses',
            codec: spoken.codec,
            undo: said.undo,
            reply,
          } as const;
          const answer = calling(names);
          const body = onTheWire(codecs[to].chat.encodeAnswer(answer, replyTo(asking(to))));
          const whole = codecs['openai-responses'].chat.decodeAnswer(onTheWire(translateAnswer(body, way)), way);
          const calls = whole.candidates[0]?.parts.filter((part) => part.kind === 'tool-call') ?? [];
          assert.deepEqual(calls.map(read), heard(tools));

          const encoder = codecs[to].chat.encodeStream(replyTo(asking(to)));
          const sse = [...inPieces(answer, places)].map((delta) => encoder.delta(delta)).join('');
          const translation = new StreamTranslation(way);
          const text =
            parsedEvents(sse)
              .map(([event, data]) => translation.event(event, data))
              .join('') + translation.end();
          const parts = folded(decoded('openai-responses', Buffer.from(text))).answer().candidates[0]?.parts ?? [];
          assert.deepEqual(parts.filter((part) => part.kind === 'tool-call').map(read), heard(tools));
          assert.ok(parsed(text).length > 3);
        }),
        { numRuns: 40 },
      );
    });
  }
});

function parsedEvents(sse: string): [string, string][] {
  return sse
    .split(/\r?\n\r?\n/)
    .filter((block) => block !== '')
    .map((block) => [/^event: (.*)$/m.exec(block)?.[1] ?? '', /^data: (.*)$/ms.exec(block)?.[1] ?? '']);
}
