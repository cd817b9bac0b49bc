// The conditions (`when`) of a configuration, ready to be asked. None of it is loaded where there are none.
import type { FactName } from '../../../config/condition/facts.ts';
import type { LoadedConfig } from '../../../config/loaded.ts';

/** The condition of a target. */
export interface Guard {
  readonly text: string;
  readonly facts: ReadonlySet<FactName>;
  /** `unclear`: it asks for something the request does not have. Then it does not hold. */
  judge(facts: Readonly<Record<string, unknown>>): Judgement;
}

export type Judgement = 'holds' | 'fails' | 'unclear';

/** By their text. */
export type Conditions = ReadonlyMap<string, Guard>;

/** `warn` is told once of each that cannot be answered for some request. */
export async function conditionsOf({ models }: LoadedConfig, warn: (message: string) => void): Promise<Conditions> {
  const texts = new Set(models.flatMap(({ targets }) => targets.flatMap(({ when }) => when ?? [])));
  const conditions = new Map<string, Guard>();
  if (texts.size === 0) return conditions;
  const { ConditionLanguage } = await import('../../../config/condition/language.ts');
  const language = new ConditionLanguage();
  for (const text of texts) {
    const read = language.read(text);
    if ('fault' in read) throw new Error(`the condition ${JSON.stringify(text)} passed the checks: ${read.fault}`);
    let warned = false;
    const judge = (facts: Readonly<Record<string, unknown>>): Judgement => {
      try {
        return read.holds(facts) ? 'holds' : 'fails';
      } catch (error) {
        if (!warned)
          warn(`a condition is taken not to hold where it cannot be answered: ${text} (${firstLine(error)})`);
        warned = true;
        return 'unclear';
      }
    };
    conditions.set(text, { text, facts: read.facts, judge });
  }
  return conditions;
}

/** The library shows the expression below it. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
