// `npm run test:matrix`: the whole table, and every case that failed by its name.
import { noCorpus } from '../support/corpus.ts';
import { explanation } from './explained.ts';
import { matrix, table } from './matrix.ts';

if (noCorpus !== false) {
  process.stdout.write('No recorded traffic beside the repository: nothing to run.\n');
} else {
  const cells = await matrix();
  process.stdout.write(`${table(cells)}\n\n`);
  for (const kind of [true, false]) {
    const all = cells.filter(({ native }) => native === kind);
    const failed = all.filter(({ complaint }) => complaint !== undefined);
    process.stdout.write(`${kind ? 'native' : 'vendors'}: ${all.length - failed.length} of ${all.length}\n`);
    for (const cell of failed) {
      const { from, to, client, name, complaint = '' } = cell;
      const because = explanation(cell) ?? complaint.slice(0, 600);
      process.stdout.write(`  ${name}: ${from} -> ${to} (${client})\n    ${because}\n`);
    }
  }
}
