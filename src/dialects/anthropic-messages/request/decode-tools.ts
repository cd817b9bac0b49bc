// `tools`: those of the client, web search, and the vendor's other own ones.
import type { JsonObject, Tool } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asArray, asString } from '../../json.ts';
import { Members, own } from '../members.ts';
import { objects } from './decode-turns.ts';

export function decodeTools(members: Members): Tool[] {
  return objects(members.list('tools') ?? [], 'tools').map(decodeTool);
}

function decodeTool(tool: JsonObject): Tool {
  const type = asString(tool.type);
  if (type?.startsWith('web_search_')) return decodeSearch(tool);
  const name = asString(tool.name);
  const isClients = type === undefined || type === 'custom';
  if (!isClients || name === undefined) return { kind: 'native', dialect: own, type: type ?? 'custom', raw: tool };
  const members = new Members(tool);
  members.take('name');
  members.silence('type');
  const description = members.string('description');
  const parameters = members.object('input_schema');
  const strict = members.boolean('strict');
  const extra = members.extra() ?? { dialect: own };
  return { kind: 'function', name, ...given({ description, parameters, strict }), extra };
}

function decodeSearch(tool: JsonObject): Tool {
  const members = new Members(tool);
  const version = members.take('type');
  members.silence('name');
  const allowedDomains = texts(members, 'allowed_domains');
  const blockedDomains = texts(members, 'blocked_domains');
  const maxUses = members.number('max_uses');
  const place = members.object('user_location');
  const location = place === undefined ? undefined : withoutType(place);
  const extra = members.extra({ version });
  return { kind: 'web-search', ...given({ allowedDomains, blockedDomains, maxUses, location, extra }) };
}

function texts(members: Members, name: string): readonly string[] | undefined {
  const list = asArray(members.node[name]);
  return list?.every((one) => typeof one === 'string') ? (members.list(name) as string[]) : undefined;
}

function withoutType({ type: _, ...location }: JsonObject): JsonObject {
  return location;
}
