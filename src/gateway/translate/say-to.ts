// What a client said, as one lane says it. Where the lane cannot take URLs of images and documents and the configuration
// lets the gateway fetch them, they are put in as data.
import { type Conversation, GatewayError } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { inlineMedia } from './inline-media.ts';
import type { Said, Spoken } from './translate-request.ts';

/** Fetched once, however many targets are tried. */
const inlined = new WeakMap<Conversation, Promise<Conversation>>();

/** Rejects with `untranslatable` where the lane cannot say it. */
export async function sayTo(call: GatewayCall, spoken: Spoken, say: (spoken: Spoken) => Said): Promise<Said> {
  try {
    return say(spoken);
  } catch (error) {
    const { mediaFetch } = call;
    if (mediaFetch === undefined || !(error instanceof GatewayError) || error.code !== 'untranslatable') throw error;
    const { conversation } = spoken;
    let fetching = inlined.get(conversation);
    if (fetching === undefined) {
      fetching = inlineMedia(conversation, mediaFetch, call.signal, call.clock);
      inlined.set(conversation, fetching);
    }
    const whole = await fetching;
    if (whole === conversation) throw error;
    return say({ ...spoken, conversation: whole });
  }
}
