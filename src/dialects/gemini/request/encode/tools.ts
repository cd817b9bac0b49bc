// Tools: functions of a foreign client in one group, a client's own as it grouped them.
import type {
  Conversation,
  Destination,
  FunctionTool,
  JsonObject,
  Tool,
  WebSearchTool,
} from '../../../../core/index.ts';
import { jsonSubset, openApiSubset } from '../../../canonical/schema/subsets.ts';
import { toSubset } from '../../../canonical/schema/to-subset.ts';
import { asArray } from '../../../json.ts';
import { formOf, spelled } from '../../wire/spell.ts';
import { sameSchema } from './settings.ts';

export function encodeTools(
  conversation: Conversation,
  to: Destination,
): readonly JsonObject[] | JsonObject | undefined {
  const form = formOf(conversation.extra);
  const groups = asArray(form?.groups);
  if (groups === undefined) return foreign(conversation.tools, to);
  const own = grouped(groups as readonly (readonly string[])[], conversation.tools, to);
  const added =
    foreign(
      conversation.tools.filter((tool) => !isGrouped(tool)),
      to,
    ) ?? [];
  const all = [...own, ...added];
  return form?.oneGroup === true && all.length === 1 ? all[0] : all;
}

function foreign(tools: readonly Tool[], to: Destination): JsonObject[] | undefined {
  const functions: JsonObject[] = [];
  const natives: JsonObject[] = [];
  let search: JsonObject | undefined;
  for (const tool of tools) {
    if (tool.kind === 'function') functions.push(encodeFunction(tool, to));
    else if (tool.kind === 'web-search') search = encodeSearch(tool, to);
    else if (tool.kind === 'native' && tool.dialect === 'gemini') natives.push(tool.raw);
    else to.notes.drop('tool');
  }
  // "Built-in tools and Function Calling cannot be combined in the same request": the functions are what clients depend on.
  if (functions.length > 0 && search !== undefined) to.notes.drop('tool');
  if (functions.length > 0) return [{ functionDeclarations: functions }, ...natives];
  const all = search === undefined ? natives : [search, ...natives];
  return all.length === 0 ? undefined : all;
}

function isGrouped(tool: Tool): boolean {
  return tool.kind === 'native' ? tool.dialect === 'gemini' : formOf(tool.extra)?.at !== undefined;
}

function grouped(groups: readonly (readonly string[])[], tools: readonly Tool[], to: Destination): JsonObject[] {
  const natives = tools.filter((tool) => tool.kind === 'native' && tool.dialect === 'gemini');
  return groups.flatMap((keys, at) => {
    const group: Record<string, unknown> = {};
    const here = tools.filter((tool) => tool.kind !== 'native' && formOf(tool.extra)?.at === at);
    for (const key of keys) {
      if (/^function_?declarations$/i.test(key)) {
        group[key] = here.filter((tool) => tool.kind === 'function').map((tool) => encodeFunction(tool, to));
        continue;
      }
      const search = here.find((tool) => tool.kind === 'web-search' && formOf(tool.extra)?.name === key);
      if (search?.kind === 'web-search') Object.assign(group, encodeSearch(search, to));
      const next = natives.findIndex((tool) => tool.kind === 'native' && tool.type === key);
      const [native] = next === -1 ? [] : natives.splice(next, 1);
      if (native?.kind === 'native') Object.assign(group, native.raw);
    }
    return Object.keys(group).length === 0 && keys.length > 0 ? [] : [group];
  });
}

function encodeFunction(tool: FunctionTool, to: Destination): JsonObject {
  const { notes } = to;
  notes.dropExtra('tool', tool.extra, 'gemini');
  if (tool.strict === true) notes.drop('tool.strict');
  const out: Record<string, unknown> = {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...schemaOf(tool, to),
  };
  return spelled(out, tool.extra);
}

function schemaOf({ parameters, extra }: FunctionTool, { notes, facts }: Destination): JsonObject {
  if (parameters === undefined) return {};
  const form = formOf(extra);
  if (typeof form?.schema === 'string') return { [form.schema]: sameSchema(form, parameters) };
  const asJson = facts.jsonSchema !== false;
  const { schema, dropped } = toSubset({ type: 'object', ...parameters }, asJson ? jsonSubset : openApiSubset);
  if (dropped.length > 0) notes.drop('tool.parameters');
  if (asJson) return { parametersJsonSchema: schema };
  // "properties: should be non-empty for OBJECT type": a function that takes nothing says nothing.
  return isEmptyObject(schema) ? {} : { parameters: schema };
}

function isEmptyObject({ properties }: JsonObject): boolean {
  return Object.keys((properties ?? {}) as JsonObject).length === 0;
}

function encodeSearch(tool: WebSearchTool, { notes }: Destination): JsonObject {
  notes.dropExtra('tool', tool.extra, 'gemini');
  const form = formOf(tool.extra);
  const own = form !== undefined;
  if (tool.allowedDomains !== undefined) notes.drop('webSearch.allowedDomains');
  // `excludeDomains` is unknown to this API, and known to the same vendor's other platform.
  if (tool.blockedDomains !== undefined && !own) notes.drop('webSearch.blockedDomains');
  if (tool.maxUses !== undefined) notes.drop('webSearch.maxUses');
  if (tool.location !== undefined) notes.drop('webSearch.location');
  if (tool.contextSize !== undefined) notes.drop('webSearch.contextSize');
  const search = own && tool.blockedDomains !== undefined ? { excludeDomains: tool.blockedDomains } : {};
  return { [typeof form?.name === 'string' ? form.name : 'googleSearch']: spelled(search, tool.extra) };
}
