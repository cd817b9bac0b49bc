// Probes of accounts: schedules that are ones, and a model to ask where the API has no list of its models.
import { type Draft, entriesOf } from '../read/entries.ts';
import type { Path } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { listsModels } from './lists-models.ts';
import { definitionOf } from './providers.ts';

/** The reader of schedules is loaded where there is one to read. */
export async function checkProbes(draft: Draft): Promise<void> {
  for (const provider of entriesOf(draft, 'providers')) {
    const { probe } = provider.value;
    if (!isTree(probe)) continue;
    const path = [...provider.path, 'probe'];
    if (typeof probe.schedule === 'string') await checkSchedule(draft, [...path, 'schedule'], probe.schedule);
    const manifest = definitionOf(draft, provider)?.manifest;
    if (manifest === undefined || probe.model !== undefined || listsModels(provider, manifest)) continue;
    const message = `${provider.name} has no list of models to ask for: name a model, which is then asked for one token`;
    draft.report.error(path, `${message} (or, where the API counts tokens, to count some)`);
  }
}

async function checkSchedule(draft: Draft, path: Path, schedule: string): Promise<void> {
  const { validateDetailed } = await import('node-cron');
  const [wrong] = validateDetailed(schedule).errors;
  if (wrong === undefined) return;
  const what = wrong.field === 'expression' ? 'it' : `its ${fields[wrong.field] ?? wrong.field}, ${wrong.value},`;
  const remedy = 'five fields (minute, hour, day, month, day of the week), such as `*/5 * * * *`';
  draft.report.error(path, `this is no schedule of cron: ${what} cannot be read; write ${remedy}`);
}

const fields: Readonly<Record<string, string>> = { dayOfMonth: 'day', dayOfWeek: 'day of the week' };
