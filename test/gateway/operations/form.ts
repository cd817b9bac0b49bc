// Multipart forms as clients send them, with every byte known.
import { secret, type TestGateway } from '../../support/gateway.ts';

export const boundary = '----portico-test';

export function field(name: string, value: string): Buffer {
  return Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
}

export function file(content: Uint8Array): Buffer {
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n')]);
}

export function form(...parts: Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

export const formHeaders = {
  'content-type': `multipart/form-data; boundary=${boundary}`,
  authorization: `Bearer ${secret}`,
};

/** Bytes that differ from place to place. */
export function noise(bytes: number): Buffer {
  const content = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) content.writeUInt32LE((at * 2654435761) >>> 0, at);
  return content;
}

export function sendForm(portico: TestGateway, path: string, body: Buffer, headers: Record<string, string> = {}) {
  return fetch(portico.url + path, { method: 'POST', headers: { ...formHeaders, ...headers }, body });
}
