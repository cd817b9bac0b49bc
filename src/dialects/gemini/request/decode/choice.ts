// `toolConfig`: which functions may or must be called.
import type { JsonObject, ToolChoice } from '../../../../core/index.ts';
import { asArray } from '../../../json.ts';
import { type Inside, Members } from '../../wire/members.ts';

/** By number, as the enumeration of FunctionCallingConfig.Mode has them. */
const modes = ['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'];

export interface DecodedChoice {
  readonly toolChoice: ToolChoice | undefined;
  /** What else stood there. */
  readonly inside: Inside;
}

export function decodeChoice(members: Members): DecodedChoice {
  const config = members.object('toolConfig');
  if (config === undefined) return { toolChoice: undefined, inside: { fields: undefined, form: {} } };
  const outer = new Members(config);
  const calling = outer.object('functionCallingConfig');
  if (calling === undefined) {
    const { fields, form } = outer.inside('toolConfig');
    const empty = Object.keys(config).length === 0 ? { emptyToolConfig: true } : {};
    return { toolChoice: undefined, inside: { fields, form: { ...form, ...empty } } };
  }
  const inner = new Members(calling);
  const mode = inner.take('mode', (value) =>
    typeof value === 'string' || typeof value === 'number' ? value : undefined,
  );
  const names = inner.take('allowedFunctionNames', namesOf);
  const nested = inner.inside('functionCallingConfig');
  const around = outer.inside('toolConfig');
  const inside = within('toolConfig', around, nested);
  if (mode === undefined && names === undefined) {
    return { toolChoice: undefined, inside: { ...inside, form: { ...inside.form, noMode: true } } };
  }
  const form = { ...(mode === undefined ? {} : { mode }), ...(names?.length === 0 ? { noNames: true } : {}) };
  return { toolChoice: { ...choiceOf(mode, names ?? []), extra: { dialect: 'gemini', form } }, inside };
}

/** Members of the inner object under both names; its spelling within that of the outer. */
function within(outer: string, around: Inside, nested: Inside): Inside {
  const entries = Object.entries(nested.fields ?? {}).map(([name, value]) => [`${outer}.${name}`, value]);
  const fields = { ...around.fields, ...(Object.fromEntries(entries) as JsonObject) };
  const spelling = { ...(around.form[outer] as JsonObject | undefined), ...nested.form };
  return {
    fields: Object.keys(fields).length === 0 ? undefined : fields,
    form: Object.keys(spelling).length === 0 ? {} : { [outer]: spelling },
  };
}

function namesOf(value: unknown): readonly string[] | undefined {
  const names = asArray(value);
  return names?.every((name) => typeof name === 'string') ? (names as readonly string[]) : undefined;
}

function choiceOf(mode: string | number | undefined, names: readonly string[]): ToolChoice {
  switch (modeName(mode)) {
    case 'NONE':
      return { mode: 'none' };
    case 'ANY': {
      const [only] = names;
      if (only === undefined) return { mode: 'required' };
      return names.length === 1 ? { mode: 'tool', name: only } : { mode: 'allowed', names, required: true };
    }
    // VALIDATED and AUTO leave it to the model whether to call anything.
    default:
      return names.length === 0 ? { mode: 'auto' } : { mode: 'allowed', names, required: false };
  }
}

/** In capitals whichever way it was written: lower case is accepted too. */
export function modeName(mode: string | number | undefined): string {
  return typeof mode === 'number' ? (modes[mode] ?? '') : (mode ?? '').toUpperCase();
}
