// The model list in the dialect's shape names what the instance serves. The gateway answers it without the upstream.
import type { DialectName } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { operationsOf } from './cases.ts';
import { type CheckResult, differs, resultOf } from './result.ts';
import type { Rig } from './rig.ts';
import { clientModel } from './samples/sample.ts';

export async function checkModels(rig: Rig): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const dialect of Object.keys(rig.manifest.dialects) as DialectName[]) {
    const list = dialects[dialect].endpoints.find(
      ({ operation, path }) => operation === 'models' && !path.includes('{'),
    );
    if (list === undefined || !operationsOf(rig.manifest, dialect).includes('models')) continue;
    const { status, body } = await rig.send({ method: 'GET', path: `/${dialect}${list.path}` });
    const missing = body.includes(clientModel) ? undefined : `the list lacks the model: ${body}`;
    results.push(resultOf(`${dialect} models: list`, differs('the status', 200, status) ?? missing));
  }
  return results;
}
