// Plain JavaScript on purpose: it must run on a Node that cannot read TypeScript, to say that it is too old.
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < needed) {
  process.stderr.write(
    `Portico needs Node ${needed} or newer; this is ${process.versions.node}.\n` +
      'In a clone, run `npm ci`: it installs one, which `npm start` and `npx portico` then use.\n',
  );
  process.exit(1);
}
