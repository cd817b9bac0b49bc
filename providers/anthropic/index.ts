// An account without credit is answered with 400; by its status alone it would look like the caller's fault.
import { provider } from 'portico';

export default provider(() => ({
  classify(error) {
    if (error.status === 400 && error.text.includes('credit balance is too low')) return 'auth';
    return undefined;
  },
}));
