// A law over many cases: all that broke it by name, not only the first.

/** One line each; empty where the law held for all. */
export function failures<Case extends { readonly name: string }>(
  cases: readonly Case[],
  law: (one: Case) => void,
): string[] {
  return cases.flatMap((one) => {
    try {
      law(one);
      return [];
    } catch (error) {
      return [`${one.name}: ${error instanceof Error ? error.message.slice(0, 600) : String(error)}`];
    }
  });
}
