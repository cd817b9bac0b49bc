// Reads what the mock must know of a request, whichever dialect it is in: the last user text, whether a tool has just
// answered, which tools there are. Generous: what it does not understand is not there.

export type Json = Readonly<Record<string, unknown>>;

export interface Tool {
  readonly name: string;
  readonly schema: Json;
}

export function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Turns of any of the four dialects, as objects. */
function turns(body: Json): readonly Json[] {
  if (typeof body.input === 'string') return [{ role: 'user', content: body.input }];
  return [...asList(body.messages), ...asList(body.input), ...asList(body.contents)].map(asJson);
}

/** Text of the last user turn that has some. */
export function lastUserText(body: Json): string {
  const last = turns(body).findLast((turn) => turn.role === 'user' && textOf(turn) !== '');
  return last === undefined ? asText(body.prompt) : textOf(last);
}

function textOf(turn: Json): string {
  if (typeof turn.content === 'string') return turn.content;
  return [...asList(turn.content), ...asList(turn.parts)].map((part) => asText(asJson(part).text)).join('');
}

/** Whether a tool's result stands behind the model's last words: then it is time to answer, not to call again. */
export function toolHasAnswered(body: Json): boolean {
  const all = turns(body);
  const own = all.findLastIndex(({ role, type }) => isOwn(role) || asText(type).endsWith('_call'));
  return all.slice(own + 1).some(isResult);
}

function isOwn(role: unknown): boolean {
  return role === 'assistant' || role === 'model';
}

/** Pictures of a result may follow it in a turn of their own. */
function isResult({ role, type, content, parts }: Json): boolean {
  if (role === 'tool' || role === 'function' || asText(type).endsWith('_call_output')) return true;
  const pieces = [...asList(content), ...asList(parts)].map(asJson);
  return pieces.some((part) => part.type === 'tool_result' || part.functionResponse !== undefined);
}

export function tools(body: Json): readonly Tool[] {
  return asList(body.tools)
    .map(asJson)
    .flatMap((tool) => (tool.functionDeclarations === undefined ? [tool] : asList(tool.functionDeclarations)))
    .map(asJson)
    .map((tool) => (tool.function === undefined ? tool : asJson(tool.function)))
    .filter((tool) => typeof tool.name === 'string')
    .map((tool) => ({ name: asText(tool.name), schema: schemaOf(tool) }));
}

function schemaOf(tool: Json): Json {
  return asJson(tool.parameters ?? tool.input_schema ?? tool.parametersJsonSchema);
}

/** A value that fits the schema: required properties only, the first of an enum. */
export function makeUp(schema: Json): unknown {
  const choices = asList(schema.enum);
  if (choices.length > 0) return choices[0];
  const type = asText(Array.isArray(schema.type) ? schema.type[0] : schema.type).toLowerCase();
  if (type === 'string') return 'mock';
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return true;
  if (type === 'array') return [];
  const properties = asJson(schema.properties);
  const required = asList(schema.required).map(asText);
  return Object.fromEntries(required.map((name) => [name, makeUp(asJson(properties[name]))]));
}

/** One token per four bytes of what the model would read. */
export function countInput(body: Json): number {
  const { messages, input, contents, system, systemInstruction, instructions, prompt, tools: offered } = body;
  return countTokens(
    JSON.stringify({ messages, input, contents, system, systemInstruction, instructions, prompt, offered }),
  );
}

export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / 4));
}
