// Recorded traffic, where it is at hand: every stream is read to its end, every usage is found.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { DialectName, EventMeaning } from '../../src/core/index.ts';
import { dialects } from '../../src/dialects/index.ts';
import { EventSplitter } from '../../src/dialects/sse.ts';
import { laterUsage } from '../../src/dialects/usage.ts';

interface Case {
  readonly name: string;
  readonly sse?: string;
  readonly response?: unknown;
  readonly mock?: boolean;
  readonly tags: readonly string[];
}

const corpus = join(import.meta.dirname, '../../../shared/corpus');
const skip = existsSync(corpus) ? false : 'no corpus';

const folders: Readonly<Record<DialectName, string>> = {
  'openai-chat': 'openai-chat',
  'openai-responses': 'openai-responses',
  'anthropic-messages': 'anthropic',
  gemini: 'gemini',
};

/** A recording that was stopped early, and an answer in another dialect. */
const unusual = new Set([
  'vercel-ai__openai__parallel-tool-call-wrapper.1__stream',
  'vercel-ai__azure__azure-deepseek-reasoning.1',
]);

function cases(name: DialectName): Case[] {
  const folder = join(corpus, folders[name]);
  const all = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case);
  return all.filter((recorded) => !unusual.has(recorded.name));
}

function read(name: DialectName, sse: string): EventMeaning[] {
  const splitter = new EventSplitter();
  const events = [...splitter.push(Buffer.from(sse)), ...splitter.end()];
  return events.map(({ event, data }) => dialects[name].readEvent(event, data));
}

const ending = (tags: readonly string[]) => tags.some((tag) => ['truncated', 'error', 'midstream_error'].includes(tag));
const reportsUsage = (text: string) => /"(usage|usageMetadata)": ?\{"?\s*\w/.test(text);

for (const name of Object.keys(folders) as DialectName[]) {
  describe(`recorded ${name}`, { skip }, () => {
    const streams = skip === false ? cases(name).filter((recorded) => recorded.sse !== undefined) : [];
    const answers = skip === false ? cases(name).filter((recorded) => recorded.response !== undefined) : [];

    it('streams have an end, unless they were cut or failed', () => {
      assert.ok(streams.length > 20);
      for (const { name: title, sse, mock, tags } of streams) {
        const ended = read(name, sse ?? '').some((meaning) => meaning.terminal);
        if (!ending(tags) && mock !== true) assert.ok(ended, `${title} has no end`);
        if (tags.includes('truncated')) assert.ok(!ended, `${title} was cut and yet has an end`);
      }
    });

    it('streams say something before they end', () => {
      for (const { name: title, sse, mock } of streams) {
        const meanings = read(name, sse ?? '');
        if (mock !== true)
          assert.ok(
            meanings.some((meaning) => !meaning.lifecycle),
            title,
          );
      }
    });

    it('streams report usage wherever it stands', () => {
      for (const { name: title, sse } of streams) {
        if (!reportsUsage(sse ?? '')) continue;
        const usage = read(name, sse ?? '').reduce<EventMeaning['usage']>(
          (before, meaning) => laterUsage(before, meaning.usage),
          undefined,
        );
        assert.ok(usage !== undefined && usage.input >= usage.cacheRead, title);
      }
    });

    it('answers report usage that adds up to their own total', () => {
      for (const { name: title, response } of answers) {
        if (!reportsUsage(JSON.stringify(response))) continue;
        const usage = dialects[name].readUsage(response);
        assert.ok(usage !== undefined, title);
        const total = reportedTotal(response);
        // Azure's Grok now and then reports more cached tokens than prompt tokens.
        const beyond = usage.input + usage.output - (total ?? usage.input + usage.output);
        assert.ok(beyond === 0 || (title.includes('azure_grok') && beyond === usage.cacheRead), title);
        assert.ok(usage.input >= usage.cacheRead + usage.cacheWrite && usage.output >= usage.reasoning, title);
      }
    });
  });
}

function reportedTotal(response: unknown): number | undefined {
  const { usage, usageMetadata } = response as {
    usage?: { total_tokens?: number };
    usageMetadata?: { totalTokenCount?: number };
  };
  return usage?.total_tokens ?? usageMetadata?.totalTokenCount;
}
