// Discovery of models, joined with what it serves its finds through, and with the tokens of the moment.
import type { ControlThread } from '../control-thread.ts';
import { Discovery } from './discovery.ts';

export function discoverFor(control: ControlThread): Discovery {
  return new Discovery({
    clock: control.options.clock,
    directory: control.state.directory,
    credentials: {
      current: (provider, account) => control.credentials.current(provider, account),
      refresh: (provider, account, used) => control.credentials.refresh(provider, account, used),
    },
    reload: () => void control.reloader.request(),
    say: (level, message) => control.logging.say(level, 'models', message),
  });
}
