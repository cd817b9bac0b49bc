// Begins a login: the callback listener is bound, the device code fetched, before it answers.
import type { LoadedLogin } from '../../config/loaded.ts';
import type { LoginFlow } from '../../core/index.ts';
import { startCodeFlow } from './code-flow.ts';
import { startDeviceFlow } from './device-flow.ts';
import { openEnding } from './ending.ts';
import type { Login, LoginOptions, StartLogin } from './login.ts';
import { cancelled, noClient, noFlow, timedOut } from './problems.ts';
import { openVendor } from './vendor/vendor.ts';

/** Milliseconds a login waits where nobody says otherwise. */
export const usualLimitMs = 300_000;

export const startLogin: StartLogin = async (facts, options) => {
  const flow = options.flow ?? facts.flows[0] ?? 'code';
  if (facts.clientId === undefined) return { problem: noClient(facts) };
  if (!facts.flows.includes(flow)) return { problem: noFlow(facts, flow) };
  const ending = openEnding();
  try {
    const vendor = openVendor(facts, options.clock, ending.signal);
    ending.letGo(vendor.close);
    const begun =
      flow === 'code' ? await startCodeFlow(vendor, options, ending) : await startDeviceFlow(vendor, options, ending);
    return { login: loginOf(facts, flow, begun, options, ending) };
  } catch (error) {
    ending.fail(error);
    const outcome = await ending.outcome;
    return { problem: 'problem' in outcome ? outcome.problem : cancelled };
  }
};

type Begun = Partial<Login> & Pick<Login, 'id' | 'url' | 'paste'> & { readonly lifetimeMs?: number | undefined };

function loginOf(
  facts: LoadedLogin,
  flow: LoginFlow,
  begun: Begun,
  { clock, limitMs = usualLimitMs }: LoginOptions,
  ending: ReturnType<typeof openEnding>,
): Login {
  const lifetime = Math.min(limitMs, begun.lifetimeMs ?? limitMs);
  const alarm = clock.after(lifetime, () => ending.end({ problem: timedOut(flow, lifetime) }));
  ending.letGo(() => alarm.cancel());
  return {
    id: begun.id,
    facts,
    flow,
    url: begun.url,
    userCode: begun.userCode,
    verificationUrl: begun.verificationUrl,
    redirectUri: begun.redirectUri,
    listening: begun.listening,
    expiresAt: clock.now() + lifetime,
    outcome: ending.outcome,
    paste: begun.paste,
    cancel: () => ending.end({ problem: cancelled }),
  };
}
