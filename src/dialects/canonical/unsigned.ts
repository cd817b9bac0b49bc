// What a client is given where the vendor of its dialect would have signed or sealed something and another vendor did
// not. It is an envelope like any other: should it come back on its way to that vendor, it is noticed and left out.
import { wrap } from './envelope.ts';

export const unsigned = wrap({ origin: 'unsigned', data: '' }, '');
