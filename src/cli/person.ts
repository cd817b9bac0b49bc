// What a command that waits for a person needs of this process: the browser, the lines that are typed, Ctrl-C.
import { createInterface } from 'node:readline';

/** Whatever opens browsers says within this time that it cannot. */
const soonMs = 1500;

/** False where nothing could be started, or what was started failed at once. */
export async function openBrowser(url: string): Promise<boolean> {
  // A vendor names it: nothing but a page is opened.
  if (!/^https?:\/\//i.test(url)) return false;
  // Read when it is needed: it looks at the system as it is loaded.
  const { default: open } = await import('open');
  try {
    const opener = await open(url);
    return await new Promise<boolean>((told) => {
      // What was started leaves the process free to end: this does not.
      const alarm = setTimeout(told, soonMs, true);
      const tell = (opened: boolean) => {
        clearTimeout(alarm);
        told(opened);
      };
      opener.once('error', () => tell(false)).once('exit', (code) => tell(code === 0));
    });
  } catch {
    // Nothing there to start: the URL is printed all the same.
    return false;
  }
}

/** Whatever the terminal is set to: it stays so, and Ctrl-C stays with it. */
export async function* linesOfInput(signal: AbortSignal): AsyncIterable<string> {
  const { stdin } = process;
  const reader = createInterface({ input: stdin, terminal: false, signal });
  try {
    yield* reader;
  } finally {
    reader.close();
    // What is left of it must not keep the process alive.
    stdin.pause().unref?.();
  }
}

export function onInterrupt(stop: () => void): () => void {
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return () => void process.off('SIGINT', stop).off('SIGTERM', stop);
}
