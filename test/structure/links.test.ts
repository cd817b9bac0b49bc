// Every link of a document leads somewhere: relative links to files that exist, anchors to headings that exist.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { test } from 'node:test';
import { list, read, root } from './tree.ts';

const documents = list('*.md', '{docs,plugins,providers,deploy,bench}/**/*.md');

/** Anchors as GitHub makes them: lower case, punctuation gone, spaces to dashes, repeats numbered. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const match of withoutCode(text).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)) {
    const words = (match[1] ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let unique = anchor;
    for (let repeat = 1; anchors.has(unique); repeat += 1) unique = `${anchor}-${repeat}`;
    anchors.add(unique);
  }
  return anchors;
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

/** Targets of inline links, without those that leave the repository. */
function linksOf(text: string): string[] {
  const targets = [
    ...withoutCode(text)
      .replace(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ];
  return targets.map((match) => match[1] ?? '').filter((target) => !/^[a-z]+:/.test(target));
}

test('there are documents to look at', () => {
  assert.ok(documents.includes('README.md'));
  assert.ok(documents.flatMap((file) => linksOf(read(file))).length > 10);
});

for (const file of documents) {
  test(`links of ${file} resolve`, () => {
    const broken = linksOf(read(file)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
    });
    assert.deepEqual(broken, []);
  });
}
