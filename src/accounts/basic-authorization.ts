// Client id and secret in a header: HTTP Basic as OAuth has it.

/** RFC 6749, 2.3.1: both are form-encoded first. */
export function basicAuthorization(clientId: string, clientSecret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}
