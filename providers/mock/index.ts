// A provider without a vendor: it answers in memory, in every dialect, as its settings or the request tell it to.
import { provider } from 'portico';
import type { Script } from './script.ts';
import { serveMock } from './serve.ts';

export default provider<Script>((host) => ({ serve: serveMock(host.settings) }));
