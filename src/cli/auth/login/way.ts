// Which way a login goes: what was asked for, else what this place allows. What is chosen for somebody is said, with why.
import type { LoadedLogin } from '../../../config/loaded.ts';
import type { LoginFlow } from '../../../core/index.ts';
import { CommandFailure } from '../../failure.ts';

export interface WayOptions {
  readonly browser: boolean;
  readonly paste?: boolean;
  readonly device?: boolean;
  readonly callbackPort?: string;
}

/** What there is to sign in with. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** Whether a person reads what is printed. */
  readonly watched: boolean;
  readonly canOpen: boolean;
}

export interface Way {
  readonly flow: LoginFlow;
  /** Whether the callback is listened for. */
  readonly listen: boolean;
  readonly open: boolean;
  /** Whether the callback URL may be given by hand, also while it is listened for. */
  readonly paste: boolean;
  /** Why no browser is opened, where nobody asked for that. */
  readonly why: string | undefined;
}

/** Throws CommandFailure for options that do not go together. */
export function chooseWay(
  { flows, callback }: Pick<LoadedLogin, 'flows'> & Partial<Pick<LoadedLogin, 'callback'>>,
  options: WayOptions,
  around: Surroundings,
): Way {
  const { paste = false, device = false, browser, callbackPort } = options;
  if (device && (paste || callbackPort !== undefined)) {
    throw new CommandFailure(
      `--device and ${paste ? '--paste' : '--callback-port'} do not go together.`,
      'With a device code nothing comes back to this computer: leave one of them out.',
    );
  }
  const missing = whyNoBrowser(around);
  const open = browser && missing === undefined;
  if (device) return { flow: 'device', listen: false, open, paste: false, why: undefined };
  if (paste) return { flow: 'code', listen: false, open, paste: true, why: undefined };
  const why = browser ? missing : undefined;
  const deviceToo = flows.includes('device') && callbackPort === undefined;
  if (flows[0] === 'device' || (why !== undefined && deviceToo)) {
    return { flow: 'device', listen: false, open, paste: false, why };
  }
  return { flow: 'code', listen: callback?.redirectUri === undefined, open, paste: true, why };
}

function whyNoBrowser({ platform, env, watched, canOpen }: Surroundings): string | undefined {
  if (!watched) return 'nobody reads this at a terminal';
  if (env.SSH_CONNECTION || env.SSH_TTY) return 'this is an SSH session';
  const display = env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME || env.BROWSER;
  if (platform === 'linux' && !display) return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
  return canOpen ? undefined : 'no browser can be opened from here';
}
