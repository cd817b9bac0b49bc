// docs/translation.md: the text below, and tables that are made by running the codecs.
import type { DialectName, FinishReason } from '../../src/core/index.ts';
import { budgets } from '../../src/dialects/canonical/effort.ts';
import { answerFate, answerSamples, finishWord } from './answers.ts';
import { errorWord, faults } from './errors.ts';
import { instructions, media } from './messages.ts';
import { type Fate, fateOf } from './requests.ts';
import type { Chapter } from './sample.ts';
import { reasoning, settings, tools } from './wishes.ts';
import { afterErrors, beforeAnswers, beforeEfforts, beforeErrors, beforeFinish, closing, opening } from './words.ts';

const titles: Readonly<Record<DialectName, string>> = {
  'openai-chat': 'OpenAI Chat',
  'openai-responses': 'OpenAI Responses',
  'anthropic-messages': 'Anthropic Messages',
  gemini: 'Gemini',
};
const chapters = [settings, reasoning, tools, instructions, media];
const names = Object.keys(titles) as DialectName[];

export function translationPage(): string {
  const requests = names.map(requestSection).join('\n');
  const answers = names.map(answerSection).join('\n');
  const parts = [opening, requests, beforeAnswers, answers, beforeFinish, finishTable(), beforeErrors, errorTable()];
  return `${[...parts, afterErrors, beforeEfforts, effortTable(), closing].map((part) => part.trim()).join('\n\n')}\n`;
}

function requestSection(from: DialectName): string {
  return [`### Clients of ${titles[from]}\n`, ...chapters.map((chapter) => requestTable(chapter, from))].join('\n');
}

function requestTable({ title, samples }: Chapter, from: DialectName): string {
  const others = names.filter((name) => name !== from);
  const rows = samples.flatMap((sample) => {
    const cells = others.map((to) => cell(fateOf(sample, from, to), sample.how?.[to]));
    return cells.every((text) => text === '-') ? [] : [row([sample.label, ...cells])];
  });
  return rows.length === 0 ? '' : table([title, ...others.map((name) => titles[name])], rows);
}

function answerSection(client: DialectName): string {
  const others = names.filter((name) => name !== client);
  const rows = answerSamples.flatMap((sample) => {
    const cells = others.map((upstream) => cell(answerFate(sample, upstream, client), sample.how?.[client]));
    return cells.every((text) => text === '-') ? [] : [row([sample.label, ...cells])];
  });
  return `### Told to clients of ${titles[client]}\n\n${table(['from', ...others.map((name) => titles[name])], rows)}`;
}

function cell(fate: Fate, how: string | undefined): string {
  switch (fate.kind) {
    case 'kept':
      return 'kept';
    case 'refused':
      return '**refused**';
    case 'changed':
      return how ?? `becomes ${shown(fate.into)}`;
    // What is noted may still be said in another way.
    case 'dropped':
    case 'left-out':
      return how ?? 'dropped';
    default:
      return '-';
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${text}\``;
}

const reasons: readonly (readonly [FinishReason, string])[] = [
  ['end', 'the model was done'],
  ['length', 'as many tokens as it might'],
  ['context', 'the context window is full'],
  ['stop-string', 'one of the stop strings'],
  ['tool', 'it wants a tool to be called'],
  ['filtered', 'the vendor held it back'],
  ['refusal', 'the model declined'],
  ['paused', "a tool of the vendor's is still at work"],
  ['other', 'a reason that has no name here'],
];

function finishTable(): string {
  const rows = reasons.map(([reason, meaning]) =>
    row([meaning, ...names.map((name) => `\`${finishWord(reason, name) ?? '-'}\``)]),
  );
  return table(['it ended because', ...names.map((name) => titles[name])], rows);
}

function effortTable(): string {
  const rows = Object.entries(budgets).map(([effort, tokens]) => row([`\`${effort}\``, tokens.toLocaleString('en')]));
  return table(['effort', 'tokens'], rows);
}

function errorTable(): string {
  const rows = faults.map(([reason, meaning, status]) =>
    row([meaning, ...names.map((name) => errorWord(reason, status, name))]),
  );
  return table(['what was wrong', ...names.map((name) => titles[name])], rows);
}

function table(head: readonly string[], rows: readonly string[]): string {
  return `${row(head)}\n|${head.map(() => '---').join('|')}|\n${rows.join('\n')}\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}
