// An account without credit is answered with 400; by its status alone it would look like the caller's fault. Token sets are
// taken only where the request names the beta they belong to, besides those the client names.
import { provider } from 'portico';

const tokensBeta = 'oauth-2025-04-20';

export default provider(() => ({
  prepare({ headers }) {
    if (headers.authorization?.startsWith('Bearer ') !== true) return;
    const betas = (headers['anthropic-beta'] ?? '').split(',').map((beta) => beta.trim());
    if (!betas.includes(tokensBeta)) headers['anthropic-beta'] = [...betas, tokensBeta].filter(Boolean).join(',');
  },
  classify(error) {
    if (error.status === 400 && error.text.includes('credit balance is too low')) return 'auth';
    return undefined;
  },
}));
