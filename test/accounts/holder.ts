// A process of its own that takes a lock of a file, for `writing` or `refreshing`, and keeps it until it is killed.
import { whileRefreshing, whileWriting } from '../../src/accounts/file/lock.ts';

const [, , what, file = ''] = process.argv;
const origin = { file, index: undefined, paths: {}, expiry: undefined };
const turn = { origin, names: {}, signal: AbortSignal.timeout(10_000) };

async function hold(): Promise<void> {
  process.send?.('held');
  // The timer keeps hold of it all: what nobody can come back to is collected, and its lock with it.
  await new Promise((done) => setTimeout(done, 60_000));
}

void (what === 'writing' ? whileWriting(file, hold) : whileRefreshing(turn, hold));
