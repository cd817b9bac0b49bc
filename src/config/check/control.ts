// The management paths: a switch that switches nothing, and one secret for two doors.
import type { Draft } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';

export function checkControl({ tree, report }: Draft): void {
  const control = isTree(tree.control) ? tree.control : {};
  const { token, managementKey, managementRemote } = control;
  if (managementRemote === true && managementKey === undefined) {
    const message = 'there are no management paths without `managementKey`; set one, or take this out';
    report.warning(['control', 'managementRemote'], message);
  }
  if (managementKey !== undefined && managementKey === token) {
    const message = 'it is the control token too: whoever has it may do everything; give the two different values';
    report.warning(['control', 'managementKey'], message);
  }
}
