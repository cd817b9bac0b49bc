// `toolConfig`.
import type { Conversation, Destination, JsonObject, ToolChoice } from '../../../../core/index.ts';
import { formOf } from '../../wire/spell.ts';
import { modeName } from '../decode/choice.ts';

export function encodeChoice(conversation: Conversation, to: Destination): JsonObject | undefined {
  const { toolChoice, tools, extra } = conversation;
  const form = formOf(extra);
  if (toolChoice === undefined) {
    if (form?.noMode === true) return { functionCallingConfig: {} };
    return form?.emptyToolConfig === true ? {} : undefined;
  }
  to.notes.dropExtra('toolChoice', toolChoice.extra, 'gemini');
  const own = formOf(toolChoice.extra);
  if (own !== undefined) return { functionCallingConfig: asItWas(toolChoice, own) };
  // "Function calling config is set without function_declarations" is an error; without functions there is no choice.
  const functions = tools.filter((tool) => tool.kind === 'function').map(({ name }) => name);
  if (functions.length === 0) return undefined;
  return { functionCallingConfig: callingConfig(known(toolChoice, functions, to)) };
}

/** Of a function that is not declared (a vendor's own tool) nothing can be said. */
function known(choice: ToolChoice, functions: readonly string[], { notes }: Destination): ToolChoice {
  if (choice.mode === 'tool' && !functions.includes(choice.name)) {
    notes.drop('toolChoice');
    return { mode: 'auto' };
  }
  if (choice.mode !== 'allowed') return choice;
  const names = choice.names.filter((name) => functions.includes(name));
  if (names.length < choice.names.length) notes.drop('toolChoice.allowed');
  return names.length === 0 ? { mode: choice.required ? 'required' : 'auto' } : { ...choice, names };
}

function callingConfig(choice: ToolChoice): {
  readonly mode: string;
  readonly allowedFunctionNames?: readonly string[];
} {
  switch (choice.mode) {
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    // Names are for ANY and VALIDATED only; the latter leaves it to the model whether to call.
    case 'allowed':
      return { mode: choice.required ? 'ANY' : 'VALIDATED', allowedFunctionNames: choice.names };
    default:
      return { mode: 'AUTO' };
  }
}

/** The client's own word for a mode (`any`, 2, VALIDATED), as long as it still means the same. */
function asItWas(choice: ToolChoice, form: JsonObject): JsonObject {
  const { mode, ...rest } = callingConfig(choice);
  const names = form.noNames === true && rest.allowedFunctionNames === undefined ? { allowedFunctionNames: [] } : rest;
  if (form.mode === undefined) return choice.mode === 'auto' || choice.mode === 'allowed' ? names : { mode, ...names };
  const isSame = isForced(modeName(form.mode as string | number)) === isForced(mode);
  return { mode: isSame ? form.mode : mode, ...names };
}

function isForced(mode: string): string {
  return mode === 'ANY' || mode === 'NONE' ? mode : 'AUTO';
}
