// The mock on a real port, as the official SDKs reach it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { type Clock, systemClock } from 'portico';
import { type Settings, serveMock } from '../../../providers/mock/serve.ts';

export interface Listening extends AsyncDisposable {
  readonly url: string;
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
  readonly gemini: GoogleGenAI;
  post(path: string, body: object, script?: string): Promise<Response>;
}

export async function listen(settings: Settings = {}, clock: Clock = systemClock): Promise<Listening> {
  const server = createServer(serveMock(settings, clock));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    openai: new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 }),
    anthropic: new Anthropic({ apiKey: 'none', baseURL: url, maxRetries: 0 }),
    gemini: new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: url } }),
    post: (path, body, script) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(script === undefined ? {} : { 'x-mock': script }) },
        body: JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
}

/** Headers of one request that tell the mock what to do. */
export function mocking(script: string): { headers: Record<string, string> } {
  return { headers: { 'x-mock': script } };
}
