// Tools come in groups: one object holds any number of functions, and a vendor's tool beside them. Each becomes a tool of
// its own and remembers its group.
import type { JsonObject, Tool, WebSearchTool } from '../../../../core/index.ts';
import { lowerCase } from '../../../canonical/schema/lower-case.ts';
import { asArray, asObject } from '../../../json.ts';
import { Members } from '../../wire/members.ts';

interface Decoded {
  readonly tools: readonly Tool[];
  readonly form: JsonObject;
}

export function decodeTools(members: Members): Decoded {
  const value = members.take('tools', (tools) => (typeof tools === 'object' ? tools : undefined));
  if (value === undefined) return { tools: [], form: {} };
  const groups = asArray(value) ?? [value];
  const tools: Tool[] = [];
  const keys = groups.map((group, at) => {
    const object = asObject(group) ?? {};
    for (const [name, tool] of Object.entries(object)) tools.push(...decodeGroup(name, tool, at));
    return Object.keys(object);
  });
  return { tools, form: { groups: keys, ...(Array.isArray(value) ? {} : { oneGroup: true }) } };
}

function decodeGroup(name: string, value: unknown, at: number): Tool[] {
  switch (name) {
    case 'functionDeclarations':
    case 'function_declarations':
      return (asArray(value) ?? []).map((declaration) => decodeFunction(asObject(declaration) ?? {}, at));
    case 'googleSearch':
    case 'google_search':
    case 'googleSearchRetrieval':
    case 'google_search_retrieval':
      return [decodeSearch(name, asObject(value) ?? {}, at)];
    default:
      return [{ kind: 'native', dialect: 'gemini', type: name, raw: { [name]: value } }];
  }
}

function decodeFunction(declaration: JsonObject, at: number): Tool {
  const members = new Members(declaration);
  const name = members.text('name') ?? '';
  const description = members.text('description');
  const json = members.object('parametersJsonSchema');
  const raw = json ?? members.object('parameters');
  const parameters = raw === undefined ? undefined : lowerCase(raw);
  const schema = raw === undefined ? {} : { schema: json === undefined ? 'parameters' : 'parametersJsonSchema' };
  // As it was is kept beside what was read from it: capitals and `nullable` cannot be told from the latter.
  const kept = parameters === raw ? {} : { raw, read: parameters };
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...members.extra({ at, ...schema, ...kept }),
  };
}

/** `excludeDomains` is known on the vendor's other platform only. */
function decodeSearch(name: string, search: JsonObject, at: number): WebSearchTool {
  const members = new Members(search);
  const blocked = members.take('excludeDomains', (value) => {
    const domains = asArray(value);
    return domains?.every((domain) => typeof domain === 'string') ? (domains as string[]) : undefined;
  });
  return {
    kind: 'web-search',
    ...(blocked === undefined ? {} : { blockedDomains: blocked }),
    ...members.extra({ at, name }),
  };
}
