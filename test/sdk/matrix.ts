// Every recorded stream in every other dialect through the clients of that dialect.
import type { DialectName } from '../../src/core/index.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { asking } from '../support/asking.ts';
import { isNative, type Recorded, recorded } from '../support/corpus.ts';
import { streamed } from '../support/translated.ts';
import { clients } from './clients/clients.ts';
import type { Client } from './clients/heard.ts';
import { complaint } from './judge.ts';
import { type Said, saidIn } from './said/said.ts';

export interface Cell {
  readonly from: DialectName;
  readonly to: DialectName;
  readonly client: string;
  readonly native: boolean;
  readonly name: string;
  /** Undefined where it passed. */
  readonly complaint: string | undefined;
}

/** Streams that came to their end; those that were cut or failed are held to other rules. */
export function wholeStreams(
  from: DialectName,
): { readonly name: string; readonly one: Recorded; readonly said: Said }[] {
  return recorded(from)
    .filter(({ sse }) => sse !== undefined)
    .map((one) => ({ name: one.name, one, said: saidIn(from, one.sse ?? '') }))
    .filter(({ said }) => said.ended && !said.failed && said.finish !== 'bad-call');
}

export async function matrix(): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const from of dialectNames) {
    for (const { one, said } of wholeStreams(from)) {
      for (const to of dialectNames.filter((name) => name !== from)) {
        const asked = asking(to, uniqueTools(said));
        const stream = attempt(() => streamed(from, to, one.sse ?? '', asked).text);
        for (const client of clients[to]) {
          const found = stream instanceof Error ? `translation: ${stream.message}` : await hear(said, stream, client);
          cells.push({ from, to, client: client.name, native: isNative(one), name: one.name, complaint: found });
        }
      }
    }
  }
  return cells;
}

function uniqueTools({ calls }: Said) {
  return [...new Map(calls.map(({ name, custom }) => [name, { name, custom }])).values()];
}

function attempt(work: () => string): string | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function hear(said: Said, stream: string, client: Client): Promise<string | undefined> {
  const names = said.calls.map(({ name }) => name);
  return client.listen(stream, names).then(
    (heard) => complaint(said, heard, client),
    (error: unknown) => `threw ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** Rows of the table: pair and client, passed of all, native and vendors apart. */
export function table(cells: readonly Cell[]): string {
  const rows = new Map<string, { native: [number, number]; vendor: [number, number] }>();
  for (const { from, to, client, native, complaint: found } of cells) {
    const key = `${from} -> ${to}`.padEnd(40) + client;
    const row = rows.get(key) ?? { native: [0, 0], vendor: [0, 0] };
    rows.set(key, row);
    const count = native ? row.native : row.vendor;
    count[0] += found === undefined ? 1 : 0;
    count[1]++;
  }
  const lines = [...rows].map(([key, { native, vendor }]) => {
    return `${key.padEnd(80)}${native.join('/').padStart(9)}${vendor.join('/').padStart(9)}`;
  });
  return [`${'upstream -> client'.padEnd(80)}   native   vendor`, ...lines].join('\n');
}
