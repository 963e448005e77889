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

// A gateway allocates much once, when it reads its files, and little from then on: without this V8 keeps
// the room of the first second for good. It has to be said before the heap grows. bench/hundred-devices.ts
// measures it: 70 MB less with a hundred devices, for two hundredths of a core.
const { setFlagsFromString } = await import('node:v8');
setFlagsFromString('--optimize-for-size');

const { runMain } = await import('./program.ts');
process.exitCode = await runMain(process);
// Whatever a library may still hold open must not keep a stopped program alive.
process.exit();

export {};
