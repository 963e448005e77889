import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { GatewayError, describeError } from '../base/errors.ts';
import { systemClock } from '../base/system-clock.ts';
import { runProgram, type CommandSpec } from './command.ts';
import { StopSignal, type CliContext, type Output } from './context.ts';
import { exitCodeOf } from './exit-code.ts';
import { processTerminal } from './process-terminal.ts';

/**
 * Every command, in the order of the help. Each is loaded when it is typed: a script that asks for one
 * value must not pay for the web server.
 */
const COMMANDS: Readonly<Record<string, () => Promise<CommandSpec>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand,
  init: async () => (await import('./init.ts')).initCommand,
  run: async () => (await import('./run.ts')).runCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  config: async () => (await import('./config-command.ts')).configCommand,
  read: async () => (await import('./read.ts')).readCommand,
  get: async () => (await import('./get.ts')).getCommand,
  set: async () => (await import('./set.ts')).setCommand,
  history: async () => (await import('./history-command.ts')).historyCommand,
  tui: async () => (await import('./tui.ts')).tuiCommand,
  alarms: async () => (await import('./alarms.ts')).alarmsCommand,
  outages: async () => (await import('./outages.ts')).outagesCommand,
  watch: async () => (await import('./watch.ts')).watchCommand,
  write: async () => (await import('./write.ts')).writeCommand,
  maintenance: async () => (await import('./maintenance.ts')).maintenanceCommand,
  audit: async () => (await import('./audit.ts')).auditCommand,
  sink: async () => (await import('./sink.ts')).sinkCommand,
  exchange: async () => (await import('./exchange.ts')).exchangeCommand,
  journal: async () => (await import('./journal.ts')).journalCommand,
  user: async () => (await import('./user.ts')).userCommand,
  sim: async () => (await import('./sim.ts')).simCommand,
  meter: async () => (await import('./meter.ts')).meterCommand,
  'eurotherm-data': async () => (await import('./eurotherm-data.ts')).eurothermDataCommand,
  bms: async () => (await import('./bms.ts')).bmsCommand,
  can: async () => (await import('./can.ts')).canCommand,
  scan: async () => (await import('./scan.ts')).scanCommand,
  identify: async () => (await import('./identify.ts')).identifyCommand,
  ping: async () => (await import('./ping.ts')).pingCommand,
  service: async () => (await import('./service.ts')).serviceCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  profile: async () => (await import('./profile.ts')).profileCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  import: async () => (await import('./import.ts')).importCommand,
  schema: async () => (await import('./schema.ts')).schemaCommand,
  completion: async () =>
    (await import('./completion.ts')).completionCommand(async () => commandsFor(undefined)),
  version: async () => (await import('./version.ts')).versionCommand,
};

/** The command that was typed; all of them when it needs the list of them to help. */
async function commandsFor(name: string | undefined): Promise<readonly CommandSpec[]> {
  const load = name === undefined ? undefined : COMMANDS[name];
  const loads = load === undefined ? Object.values(COMMANDS) : [load];
  return Promise.all(loads.map(async (one) => one()));
}

/** The package's folder: two above this file, in `src/` as in `dist/`. */
const PACKAGE_ROOT = join(import.meta.dirname, '..', '..');

/** The whole program: resolves with the exit code, and never rejects for a fault of the outside. */
export async function runMain(host: NodeJS.Process): Promise<number> {
  const stop = new AbortController();
  const hangup = new Set<() => void>();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    host.on(name, () => {
      if (name === 'SIGHUP' && hangup.size > 0) {
        for (const listener of hangup) listener();
        return;
      }
      // The second Ctrl-C is from somebody who has waited long enough.
      if (stop.signal.aborted && name === 'SIGINT') host.exit(130);
      stop.abort(new StopSignal(name));
    });
  }
  // `dinrail read … | head` closes our output; that is no failure.
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A terminal that was closed under us says EIO.
    if (error.code === 'EPIPE' || (error.code === 'EIO' && host.stdout.isTTY)) host.exit(0);
    throw error;
  });
  const context = contextOf(host, stop.signal, hangup);
  try {
    const argv = host.argv.slice(2);
    const code = await runProgram(await commandsFor(argv[0]), argv, context);
    await drained(host.stdout);
    return code;
  } catch (error) {
    if (error instanceof StopSignal) return exitCodeOf(error);
    if (!(error instanceof GatewayError)) throw error;
    context.stderr.write(`${describeError(error)}\n`);
    return exitCodeOf(error);
  }
}

function contextOf(host: NodeJS.Process, signal: AbortSignal, hangup: Set<() => void>): CliContext {
  const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  const plain = host.env['NO_COLOR'] !== undefined || host.env['TERM'] === 'dumb';
  const person = host.stdin.isTTY && host.stderr.isTTY;
  const terminal = processTerminal(host);
  return {
    stdout: outputTo(host.stdout, plain),
    stderr: outputTo(host.stderr, plain),
    ...(terminal !== undefined && { terminal }),
    ...(person && { ask: async (question: string) => ask(host, question, signal) }),
    env: host.env,
    cwd: host.cwd(),
    clock: systemClock,
    signal,
    onHangup(listener) {
      hangup.add(listener);
      return () => hangup.delete(listener);
    },
    version: manifest.version,
    nodeVersion: host.versions.node,
    pid: host.pid,
    execPath: host.execPath,
    monotonicMicros: () => host.hrtime.bigint() / 1_000n,
    packageRoot: PACKAGE_ROOT,
  };
}

function outputTo(stream: NodeJS.WriteStream, plain: boolean): Output {
  return {
    write: (text) => stream.write(text),
    isTerminal: stream.isTTY && !plain,
    get columns() {
      return stream.isTTY ? stream.columns : 80;
    },
    get rows() {
      return stream.isTTY ? stream.rows : 24;
    },
    stream,
  };
}

async function ask(host: NodeJS.Process, question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: host.stdin, output: host.stderr });
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}

/** Resolves when everything written has left the process: exiting earlier would cut a pipe short. */
async function drained(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
