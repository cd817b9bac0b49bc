// `functionResponse`: an object in which `output` and `error` have a meaning and anything else is the output as it is.
// https://ai.google.dev/api/caching#FunctionResponse
import type { JsonObject, Part, ToolResultPart } from '../../../core/index.ts';
import { asObject } from '../../json.ts';
import { Members } from './members.ts';
import { readPart, type Signed } from './read-part.ts';

/** How the text of a result stood in `response`. */
export type Wrapping = 'output' | 'error' | 'result' | 'whole' | 'none';

export function readResult(around: Members, raw: JsonObject, signed: Signed): ToolResultPart {
  const members = new Members(raw);
  const callId = members.text('id') ?? '';
  const name = members.text('name');
  const response = members.take('response', (value) => value);
  const parts = members.list('parts');
  const { text, wrapping, json } = readResponse(response);
  const said: Part[] = text === undefined ? [] : [{ kind: 'text', text }];
  return {
    kind: 'tool-result',
    callId,
    ...(name === undefined ? {} : { name }),
    content: [...said, ...(parts ?? []).map((part) => readPart(part, signed))],
    ...(wrapping === 'error' ? { isError: true } : {}),
    ...around.extra(
      { wrapping, ...(json ? { json } : {}), ...(parts?.length === 0 ? { noParts: true } : {}) },
      members.inside('functionResponse'),
    ),
  };
}

interface Read {
  readonly text: string | undefined;
  readonly wrapping: Wrapping;
  /** What was wrapped is no string. */
  readonly json: boolean;
}

function readResponse(response: unknown): Read {
  if (response === undefined) return { text: undefined, wrapping: 'none', json: false };
  const object = asObject(response);
  const [only, ...others] = Object.keys(object ?? {});
  // `result` is how the vendor's own Python SDK wraps what a function returned.
  const wraps = others.length === 0 && (only === 'output' || only === 'error' || only === 'result');
  const value = wraps ? object?.[only] : undefined;
  if (!wraps || value === null) return { text: JSON.stringify(response), wrapping: 'whole', json: true };
  if (typeof value === 'string') return { text: value, wrapping: only, json: false };
  return { text: JSON.stringify(value), wrapping: only, json: true };
}
