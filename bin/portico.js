#!/usr/bin/env -S node --max-semi-space-size=4
// The `portico` command: looks at the Node version before any TypeScript is read.
import './runtime.js';

// One after the other: an import that stands above would be linked before the version is looked at.
await import('./compiled-code.js');
await import('../src/main.ts');
