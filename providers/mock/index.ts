// A provider without a vendor: it answers in memory, in every dialect, as its settings or the request tell it to.
import { provider } from 'portico';
import { accountHeader } from './chaos.ts';
import { type Settings, serveMock } from './serve.ts';

export default provider<Settings>(({ settings }) => ({
  serve: serveMock(settings),
  prepare({ headers, target }) {
    if (settings.chaos !== undefined) headers[accountHeader] = target.account;
  },
}));
