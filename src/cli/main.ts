#!/usr/bin/env node
// This file must run on any Node that knows ES modules, so that an old one gets a sentence and not a
// syntax error: it imports nothing before it has looked at the version.

const NEEDED = [22, 18] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `dinrail needs Node ${NEEDED.join('.')} or later, this is ${process.versions.node}; ` +
      'from a clone, "npm start" fetches a private one\n',
  );
  process.exit(2);
}

const { runMain } = await import('./program.ts');
process.exitCode = await runMain(process);
// Whatever a library may still hold open must not keep a stopped program alive.
process.exit();

export {};
