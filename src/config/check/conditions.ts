// Conditions (`when`): each can be read, asks only for what there is, and says yes or no.
import { type Draft, entriesOf } from '../read/entries.ts';
import type { Path } from '../read/places.ts';
import { targetsOf } from './targets.ts';

interface Written {
  readonly path: Path;
  readonly text: string;
}

/** The language is loaded only where it is spoken. */
export async function checkConditions(draft: Draft): Promise<void> {
  const conditions = conditionsIn(draft);
  if (conditions.length === 0) return;
  const { ConditionLanguage } = await import('../condition/language.ts');
  const language = new ConditionLanguage();
  for (const { path, text } of conditions) {
    const read = language.read(text);
    if ('fault' in read) draft.report.error(path, `this is no condition: ${read.fault}`);
  }
}

function conditionsIn(draft: Draft): Written[] {
  return entriesOf(draft, 'models')
    .flatMap(targetsOf)
    .flatMap(({ path, value: { when } }) =>
      typeof when === 'string' ? [{ path: [...path, 'when'], text: when }] : [],
    );
}
