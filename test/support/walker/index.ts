// A plugin in the place of the balancer that does with a call what a test says.
import { type Call, plugin } from 'portico';

type Walks = Map<string, (call: Call) => Promise<void>>;

export default plugin<{ walk: string }>(({ walk }) => {
  return function walker({ call }) {
    // Code of plugins is loaded apart from that of tests: they meet here.
    return (globalThis as { porticoWalks?: Walks }).porticoWalks?.get(walk)?.(call);
  };
});
