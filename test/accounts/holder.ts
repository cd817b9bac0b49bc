// A process of its own that takes the lock for writing a file and keeps it until it is killed.
import { whileWriting } from '../../src/accounts/file-lock.ts';

void whileWriting(process.argv[2] ?? '', async () => {
  process.send?.('held');
  // The timer keeps hold of it all: what nobody can come back to is collected, and its lock with it.
  await new Promise((done) => setTimeout(done, 60_000));
});
