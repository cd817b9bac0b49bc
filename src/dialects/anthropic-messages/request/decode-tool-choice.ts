// `tool_choice`, which also says whether tools may be called in parallel (there it is the other way round).
import type { ToolChoice } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import type { Members } from '../members.ts';

const modes = { auto: 'auto', none: 'none', any: 'required' } as const;

export interface Choice {
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
}

export function decodeToolChoice(members: Members): Choice {
  const choice = members.inner('tool_choice');
  if (choice === undefined) return {};
  const type = choice.word('type', ['auto', 'none', 'any', 'tool']);
  if (type === undefined) return {};
  const disabled = choice.boolean('disable_parallel_tool_use');
  const parallel = given({ parallelToolCalls: disabled === undefined ? undefined : !disabled });
  if (type !== 'tool') return { toolChoice: { mode: modes[type] }, ...parallel };
  return { toolChoice: { mode: 'tool', name: choice.string('name') ?? '' }, ...parallel };
}
