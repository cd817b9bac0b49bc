// A process of its own that takes a lock of a file, for `writing` or `refreshing`, and keeps it until it is killed.
import { once } from 'node:events';
import { whileRefreshing, whileWriting } from '../../src/accounts/file/lock.ts';

const [, , what, file = ''] = process.argv;
const origin = { file, index: undefined, paths: {}, expiry: undefined };
const turn = { origin, names: {}, signal: AbortSignal.timeout(10_000) };

async function hold(): Promise<void> {
  // Whoever started it keeps hold of it all: what nobody can come back to is collected, and its lock with it.
  const alone = once(process, 'disconnect');
  process.send?.('held');
  await alone;
}

void (what === 'writing' ? whileWriting(file, hold) : whileRefreshing(turn, hold));
