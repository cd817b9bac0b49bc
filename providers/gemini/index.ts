// This API answers a bad key with 400; by its status alone it would look like the caller's fault.
// https://ai.google.dev/gemini-api/docs/troubleshooting
import { provider } from 'portico';

export default provider(() => ({
  classify(error) {
    if (error.status === 400 && error.text.includes('API_KEY_INVALID')) return 'auth';
    return undefined;
  },
}));
