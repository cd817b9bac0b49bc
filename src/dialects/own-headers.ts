// Request headers that mean something in one dialect only: versions, beta flags, accounts and what SDKs tell of
// themselves. In a translated request they would be read by somebody they are not for.

const prefixes = ['anthropic-', 'openai-', 'x-goog-', 'x-stainless-', 'x-codex-', 'chatgpt-', 'x-claude-'];
const names: ReadonlySet<string> = new Set([
  'originator',
  'session_id',
  'conversation_id',
  'x-app',
  'x-server-timeout',
]);

export function isOfOneDialect(header: string): boolean {
  return names.has(header) || prefixes.some((prefix) => header.startsWith(prefix));
}
