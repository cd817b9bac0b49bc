// An endpoint in messages: its address may hold more than everybody should know.

export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the endpoint';
}
