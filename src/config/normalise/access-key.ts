// The keys an account's requests are signed with, and for which service and region.
import type { ProviderManifest } from '../../core/index.ts';
import type { LoadedAccessKey, Settings } from '../loaded-provider.ts';
import type { AccessKey } from '../types.gen.ts';
import { fillIn } from './fill-in.ts';

/** `eu-west-1` as one label of a host name. */
const regionInHost = /(?:^|\.)([a-z]{2,3}(?:-[a-z]+)+-\d+)(?:\.|$)/;

/** Undefined where the directory has no use for them. */
export function accessKeyOf(
  key: AccessKey | undefined,
  { auth }: ProviderManifest,
  baseUrl: string,
  settings: Settings,
): LoadedAccessKey | undefined {
  if (key === undefined || auth.kind !== 'header' || auth.sigv4 === undefined) return undefined;
  const { service, region } = auth.sigv4;
  const named = regionInHost.exec(URL.parse(baseUrl)?.hostname ?? '')?.[1];
  return { ...key, service: fillIn(service, settings), region: named ?? fillIn(region, settings) };
}
