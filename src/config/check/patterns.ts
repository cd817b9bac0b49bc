// Names with `*` against each other, before there is a request to match.
import { wildcard } from '../../core/index.ts';

/** Whether some name matches both patterns; `*` is any text. */
export function overlap(a: string, b: string): boolean {
  const [headA = '', ...restA] = a.split('*');
  const [headB = '', ...restB] = b.split('*');
  if (restA.length === 0 && restB.length === 0) return a === b;
  if (restA.length === 0) return wildcard(b)(a);
  if (restB.length === 0) return wildcard(a)(b);
  const [tailA = '', tailB = ''] = [restA.at(-1), restB.at(-1)];
  const heads = headA.startsWith(headB) || headB.startsWith(headA);
  return heads && (tailA.endsWith(tailB) || tailB.endsWith(tailA));
}
