// The vocabulary of Portico, and all that plugins and providers may import (as 'portico').
//
//   listener   a port that is bound                    route     a path prefix and what is reachable below it
//   dialect    an API family (`openai-chat`, …)        operation what a path is for (chat, embeddings, …)
//   provider   a directory, and an instance of it      account   a way to authenticate to a provider
//   target     account + upstream model                attempt   one try of a call at one target
//   call       one client request, `ctx.call`          reply     the answer before its body flows
//   plugin     a policy in the chain                   snapshot  a compiled configuration, frozen
//   revision   content hash of the configuration       record    what is kept of a call
//   ledger     shared memory of the data threads       key       a client's credential
export { addressRanges, canonicalAddress } from './address.ts';
export { admit } from './admit.ts';
export type * from './answer.ts';
export { Between } from './between.ts';
export type * from './call.ts';
export type * from './chat.ts';
export { claimsOf, type Share, settleClaims, usualOutput } from './claim.ts';
export { type Alarm, type Clock, micros, systemClock } from './clock.ts';
export type * from './codec.ts';
export type * from './dialect.ts';
export { type ErrorCode, type ErrorEntry, errors, GatewayError } from './errors.ts';
export type * from './explain.ts';
export type * from './health.ts';
export type * from './host.ts';
export type * from './limit.ts';
export { describeAmount, describeLimit } from './limit-words.ts';
export { type PluginFactory, type PluginHandler, plugin } from './plugin.ts';
export type * from './price.ts';
export type * from './provider.ts';
export { type ProviderFactory, provider } from './provider.ts';
export {
  type LimitSettings,
  type LimitWord,
  limitFault,
  type RateSetting,
  readLimits,
} from './read-limits.ts';
export type * from './record.ts';
export { isSource, type Reply, replyWith, type Sink, type Source } from './reply.ts';
export { describeSpan, describeStanding } from './standing-words.ts';
export type * from './target.ts';
export { thinkingSteps, withoutSuffix } from './thinking.ts';
export { isTimeZone } from './time-zone.ts';
export type * from './trace.ts';
export type * from './usage.ts';
export { wildcard } from './wildcard.ts';
