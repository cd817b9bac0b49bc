// A token set's access token on an upstream request, with the headers its vendor wants beside it.
import type { TokenAuth } from '../../core/index.ts';
import type { Credential } from '../credentials.ts';

export function sendToken(auth: TokenAuth, credential: Credential, headers: Record<string, string>): void {
  headers[auth.name.toLowerCase()] = `${auth.prefix ?? ''}${credential.token}`;
  for (const [name, template] of Object.entries(auth.headers ?? {})) {
    const value = fill(template, credential.names);
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
}

/** Undefined where the template names a field the credential does not have. */
function fill(template: string, names: Readonly<Record<string, string>>): string | undefined {
  let lacking = false;
  const text = template.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = Object.hasOwn(names, field) ? names[field] : undefined;
    lacking ||= value === undefined;
    return value ?? '';
  });
  return lacking ? undefined : text;
}
