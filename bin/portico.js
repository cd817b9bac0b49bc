#!/usr/bin/env node
// The `portico` command: looks at the Node version before any TypeScript is read.
import './runtime.js';

await import('../src/main.ts');
