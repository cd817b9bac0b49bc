// Values with placeholders: `team $key.name`. Which there are is checked by the schema; `$$` is a dollar.
import type { Call } from 'portico';

export interface Template {
  readonly asksModel: boolean;
  /** Undefined when a placeholder has no value: an open route has no key, a file has no model. */
  fill(call: Call, model: string | undefined): string | undefined;
}

const placeholder = /(\$\$|\$call\.id|\$key\.name|\$route|\$model|\$client\.ip)/;

export function template(text: string): Template {
  const pieces = text.split(placeholder);
  return {
    asksModel: pieces.includes('$model'),
    fill(call, model) {
      const values = pieces.map((piece) => wordFor(piece, call, model));
      return values.includes(undefined) ? undefined : values.join('');
    },
  };
}

function wordFor(piece: string, call: Call, model: string | undefined): string | undefined {
  switch (piece) {
    case '$$':
      return '$';
    case '$call.id':
      return call.id;
    case '$key.name':
      return call.key && printable(call.key.name);
    case '$route':
      return printable(call.route);
    case '$model':
      return model && printable(model);
    case '$client.ip':
      return call.clientIp;
    default:
      return piece;
  }
}

/** Clients choose the model's name: nothing in it may end a header. What is not plain ASCII is percent-encoded. */
function printable(text: string): string {
  return text.toWellFormed().replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
