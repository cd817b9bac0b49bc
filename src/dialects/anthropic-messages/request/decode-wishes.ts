// How the answer is to be thought out and what form it shall have: `thinking`, `output_config`.
import type { OutputFormat, ReasoningWish } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asObject } from '../../json.ts';
import { Members, own } from '../members.ts';

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

const summaries = { summarized: 'auto', omitted: 'none' } as const;

export interface Reasoning {
  readonly wish: ReasoningWish | undefined;
  /** `between_tools`, which is said elsewhere as the model's own choice. */
  readonly form: string | undefined;
}

export function decodeReasoning(members: Members): Reasoning {
  const effort = members.inner('output_config')?.word('effort', efforts);
  const thinking = members.inner('thinking');
  const type = thinking?.word('type', ['enabled', 'adaptive', 'disabled', 'between_tools']);
  if (thinking === undefined || type === undefined) {
    return { wish: effort === undefined ? undefined : { effort }, form: undefined };
  }
  const display = thinking.word('display', ['summarized', 'omitted']);
  const summary = display === undefined ? undefined : summaries[display];
  const budget = type === 'enabled' ? thinking.number('budget_tokens') : undefined;
  const adaptive = type === 'adaptive' || type === 'between_tools' ? true : undefined;
  const wish = { enabled: type !== 'disabled', ...given({ effort, budget, adaptive, summary }) } as const;
  return { wish, form: type === 'between_tools' ? type : undefined };
}

/** Earlier betas had it at the top, as `output_format`. */
export function decodeFormat(members: Members): OutputFormat | undefined {
  const config = members.inner('output_config');
  if (config !== undefined && isSchema(config.node.format)) return formatOf(config, 'format', undefined);
  return isSchema(members.node.output_format)
    ? formatOf(members, 'output_format', { member: 'output_format' })
    : undefined;
}

function isSchema(value: unknown): boolean {
  const format = asObject(value);
  return format?.type === 'json_schema' && asObject(format.schema) !== undefined;
}

function formatOf(members: Members, name: string, form: { readonly member: string } | undefined): OutputFormat {
  const format = new Members(members.object(name) ?? {});
  format.take('type');
  const schema = format.object('schema');
  return { kind: 'schema', ...given({ schema }), extra: format.extra(form) ?? { dialect: own } };
}
