// What many connections do to a target: memory of streams that are held open, and what is left of clients that went.
import http from 'node:http';
import { bodyOf } from './measure.ts';
import { memoryOf, socketsOf, type Target } from './process.ts';

/** An event an hour: open, and nothing else. */
const still = bodyOf({ bodyBytes: 1000, connections: 1, stream: { events: 2, every: 3_600_000 } });

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Bytes of memory for each of so many open streams. */
export async function memoryPerStream(target: Target, count: number): Promise<number> {
  const opened: http.ClientRequest[] = [];
  const open = () =>
    new Promise<void>((resolve, reject) => {
      opened.push(send(target, resolve).on('error', reject));
    });
  // Whatever the first ones cost once is not the streams'.
  await batches(200, open);
  await settle(1500);
  const before = memoryOf(target.pid);
  await batches(count, open);
  await settle(1500);
  const bytes = (memoryOf(target.pid) - before) / count;
  for (const request of opened) request.on('error', () => undefined).destroy();
  await settle(1500);
  return bytes;
}

/** Sockets the target has more than before, after so many clients that left in the middle of a stream. */
export async function socketsAfterLeaving(target: Target, count: number): Promise<number> {
  const leave = () =>
    new Promise<void>((resolve) => {
      const request = send(target, () => {
        request.destroy();
        resolve();
      }).on('error', () => resolve());
    });
  await batches(500, leave);
  await settle(1500);
  const before = socketsOf(target.pid);
  await batches(count, leave);
  await settle(1500);
  return socketsOf(target.pid) - before;
}

async function batches(count: number, one: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += 50) await Promise.all(Array.from({ length: 50 }, one));
}

/** `answered` is called with the first bytes of the answer. */
function send(target: Target, answered: () => void): http.ClientRequest {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(still), ...target.headers };
  const request = http.request(`${target.url}/v1/chat/completions`, { method: 'POST', headers, agent: false });
  request.once('response', (response) => response.on('error', () => undefined).once('data', answered));
  return request.end(still);
}
