// Audio: speech is a hum as long as its text, a transcription says what was received.
// https://platform.openai.com/docs/api-reference/audio
import { asJson, asText, countTokens } from '../conversation.ts';
import { openaiErrors } from '../dialects/openai-errors.ts';
import type { Exchange } from '../exchange.ts';
import { Raw } from '../raw.ts';
import { type Chat, closing, type Frame, output } from '../speech.ts';
import { asNumber } from './kept.ts';

const samplesPerLetter = 400;
const rate = 8000;

/** WAV whatever format was asked for. */
export function speech({ body }: Exchange): Raw {
  return new Raw('audio/wav', hum(asText(body.input).length));
}

export const transcriptions: Chat = {
  ...openaiErrors,
  answer: (exchange) => {
    const text = textOf(exchange);
    switch (exchange.body.response_format) {
      case 'text':
        return new Raw('text/plain', `${text}\n`);
      case 'srt':
        return new Raw('text/plain', `1\n00:00:00,000 --> 00:00:01,000\n${text}\n`);
      case 'vtt':
        return new Raw('text/vtt', `WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n${text}\n`);
      case 'verbose_json':
        return { task: 'transcribe', language: 'english', duration: 1, text, segments: [] };
      default:
        return { text, usage: usage(exchange) };
    }
  },
  *frames(exchange): Generator<Frame> {
    const text = textOf(exchange);
    for (const delta of text.match(/\s*\S+/g) ?? []) yield output(frame({ type: 'transcript.text.delta', delta }));
    yield closing(frame({ type: 'transcript.text.done', text, usage: usage(exchange) }));
  },
};

function textOf({ body, script }: Exchange): string {
  const { name, bytes } = asJson(body.file);
  return script.text ?? `The mock heard ${asText(name)}, ${asNumber(bytes)} bytes.`;
}

function usage(exchange: Exchange): object {
  const input = Math.max(1, Math.ceil(asNumber(asJson(exchange.body.file).bytes) / 1000));
  const output = countTokens(textOf(exchange));
  const details = { text_tokens: 0, audio_tokens: input };
  return {
    type: 'tokens',
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    input_token_details: details,
  };
}

function frame(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

/** 8 bits, one channel. */
function hum(letters: number): Buffer {
  const samples = letters * samplesPerLetter;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + samples, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples, 40);
  const tone = Buffer.alloc(samples);
  for (let at = 0; at < samples; at += 1) tone[at] = 128 + Math.round(60 * Math.sin((at * 440 * 2 * Math.PI) / rate));
  return Buffer.concat([head, tone]);
}
