// `npm run generate`: writes what follows from schemas/gateway.schema.json (the types of the configuration and the
// reference in docs/configuration.md) and from the codecs (docs/translation.md). A test fails when one is stale.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationReference } from './generate-reference.ts';
import { configurationTypes } from './generate-types.ts';
import { translationPage } from './translation/page.ts';

const root = new URL('../', import.meta.url);

/** Path below the package root -> content. */
export async function generated(): Promise<Record<string, string>> {
  return {
    'src/config/types.gen.ts': await configurationTypes(),
    'docs/configuration.md': configurationReference(),
    'docs/translation.md': translationPage(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await generated())) writeFileSync(new URL(path, root), text);
}
