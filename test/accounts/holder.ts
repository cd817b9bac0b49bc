// A process of its own that takes the lock for writing a file and keeps it until it is killed.
import { whileWriting } from '../../src/accounts/file-lock.ts';

void whileWriting(process.argv[2] ?? '', async () => {
  process.send?.('held');
  await new Promise(() => setInterval(() => undefined, 1000));
});
