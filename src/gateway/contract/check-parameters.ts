// Fields the directory renames or drops are renamed and dropped.
import { type Case, requestOf } from './cases.ts';
import { type CheckResult, differs, resultOf, type Wrong } from './result.ts';
import type { Rig } from './rig.ts';

export async function checkParameters(rig: Rig, tried: Case): Promise<CheckResult[]> {
  const { rename = {}, drop = [] } = rig.manifest.parameters ?? {};
  const fields = [...Object.keys(rename), ...drop].filter(
    (field) => !tried.sample.request.includes(JSON.stringify(field)),
  );
  if (fields.length === 0 || tried.kind !== 'json') return [];
  rig.double.answerWith({ status: 200, type: 'application/json', pieces: [tried.sample.answer] });
  const more = Object.fromEntries(fields.map((field) => [field, `value of ${field}`]));
  const { upstream } = await rig.send({ method: 'POST', path: tried.path, body: requestOf(tried, false, more) });
  const body: unknown = JSON.parse(upstream[0]?.body ?? '{}');
  const arrived = typeof body === 'object' && body !== null ? { ...body } : {};
  const wrong = fields.map((field) => wrongField(field, rename[field], arrived)).find((text) => text !== undefined);
  return [resultOf(`${tried.name}: renamed and dropped fields`, wrong, fields.join(', '))];
}

function wrongField(field: string, renamed: string | undefined, arrived: Readonly<Record<string, unknown>>): Wrong {
  if (field in arrived) return `${field} was sent on under its own name`;
  return renamed === undefined ? undefined : differs(renamed, `value of ${field}`, arrived[renamed]);
}
