// `{region}` in a text of a provider directory: the instance's setting of that name, its schema's default filled in.
import type { Settings } from '../loaded-provider.ts';

/** A name that is no setting stays as it is: whoever uses the text will say that it is wrong. */
export function fillIn(text: string, settings: Settings): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
  });
}
