// The gateways whose configurations can be taken over.
import { ccproxy } from './ccproxy/index.ts';
import { cliproxyapi } from './cliproxyapi/index.ts';
import type { Importer } from './importer.ts';
import { litellm } from './litellm/index.ts';

export const importers: readonly Importer[] = [litellm, cliproxyapi, ccproxy];
