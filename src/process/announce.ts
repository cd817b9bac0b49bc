// What a start tells people: where the gateway listens, and the key it made.
import type { LoadedListener } from '../config/loaded.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Tells of each place once, for as long as it is listened at. */
export class Listening {
  #told = new Set<string>();

  tell(listeners: readonly LoadedListener[], control: Address | undefined, say: (message: string) => void): void {
    const urls = listeners.map(({ name, host, port, tls }) => `${name}: ${urlOf(host, port, tls)}`);
    if (control !== undefined) urls.push(`control: ${urlOf(control.host, control.port, undefined)}`);
    for (const url of urls) if (!this.#told.has(url)) say(`listening, ${url}`);
    this.#told = new Set(urls);
  }
}

/** Straight to the terminal, past every log: it is shown this once. */
export function announceKey(secret: string): string {
  return `\nThe configuration names no client keys, so one was made. It is shown this once:\n\n  ${secret}\n\n`;
}

function urlOf(host: string, port: number, tls: object | undefined): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
