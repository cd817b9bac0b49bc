// What a client of this dialect is given where the vendor would have signed or sealed something and another vendor did
// not. It is an envelope like any other: should it come back on its way to this vendor, it is noticed and left out.
import { wrap } from '../../canonical/envelope.ts';
import { own } from '../members.ts';

export const unsigned = wrap({ origin: 'unsigned', data: '' }, own);
