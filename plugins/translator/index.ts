// Makes targets in other dialects reachable. Being in the chain is what does it: where it is on, the model map offers them,
// and an attempt at one of them translates the request on its way out and the answer on its way back. The trait is known
// before the chain runs, so that limits further up count with the same candidates.
import { addressRanges, type MediaFetch, plugin } from 'portico';

interface Config {
  readonly media: {
    readonly fetch: boolean;
    readonly maxBytes: number;
    readonly timeout: number;
    readonly networks: readonly string[];
  };
}

export default plugin<Config>(
  ({ media }) => {
    const mediaFetch = fetchOf(media);
    return function translator({ call }, next) {
      call.mediaFetch = mediaFetch;
      return next();
    };
  },
  {
    translates: true,
    explain: ({ media }) => {
      return function translator({ call }, tell) {
        call.mediaFetch = fetchOf(media);
        tell({ verdict: 'passes', text: 'targets in other dialects are candidates too' });
      };
    },
  },
);

function fetchOf({ fetch, maxBytes, timeout, networks }: Config['media']): MediaFetch | undefined {
  return fetch ? { maxBytes, timeout, allows: addressRanges(networks) } : undefined;
}
