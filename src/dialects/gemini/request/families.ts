// What the generations of models take, by the pattern of the name: there is nothing in the API that says so before it
// refuses. https://ai.google.dev/gemini-api/docs/thinking and docs/gemini-3

export type Level = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

export interface Family {
  /** From generation 3 on: ids on calls, media in results, calls that must be signed. */
  readonly isThird: boolean;
  /** Takes functions and a format of the answer together. */
  readonly formatWithTools: boolean;
  /** Generation 3 and later thinks in levels, lowest first. Empty: none known. */
  readonly levels: readonly Level[];
  /** Generation 2.5 thinks in tokens; `off` is the budget of a model that need not think. */
  readonly budget: { readonly least: number; readonly most: number; readonly off: number } | undefined;
}

const unknown: Family = { isThird: false, formatWithTools: true, levels: [], budget: undefined };
const early: Family = { ...unknown, formatWithTools: false };

interface Row {
  readonly pattern: RegExp;
  readonly family: Family;
}

const allLevels: readonly Level[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];

/** The first that matches. */
const table: readonly Row[] = [
  { pattern: /gemini-2\.5-pro/, family: thinksInTokens(128, 32768, 128) },
  { pattern: /gemini-2\.5-flash-lite/, family: thinksInTokens(512, 24576, 0) },
  { pattern: /gemini-2\.5-flash-image/, family: early },
  { pattern: /gemini-2\.5-flash|gemini-robotics-er/, family: thinksInTokens(1, 24576, 0) },
  { pattern: /gemini-[12]\./, family: early },
  { pattern: /gemini-3-pro/, family: thinksInLevels(['LOW', 'HIGH']) },
  {
    pattern: /gemini-(?:[3-9]|\d\d)(?:\.\d+)?-pro|gemini-pro-latest/,
    family: thinksInLevels(['LOW', 'MEDIUM', 'HIGH']),
  },
  { pattern: /gemini-(?:[3-9]|\d\d)(?![0-9])|gemini-flash(?:-lite)?-latest/, family: thinksInLevels(allLevels) },
];

export function familyOf(model: string): Family {
  return table.find(({ pattern }) => pattern.test(model))?.family ?? unknown;
}

function thinksInTokens(least: number, most: number, off: number): Family {
  return { ...early, budget: { least, most, off } };
}

function thinksInLevels(levels: readonly Level[]): Family {
  return { ...unknown, isThird: true, levels };
}
