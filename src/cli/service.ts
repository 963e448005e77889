import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { loadSite } from '../config/load-site.ts';
import {
  installPlan,
  SERVICE,
  serviceFiles,
  uninstallPlan,
  type Step,
} from '../service/install-plan.ts';
import { applyStep, stepState, stepText, type StepState } from '../service/apply-step.ts';
import { UNIT_DEFAULTS, type UnitSettings } from '../service/unit-file.ts';
import { actionOf } from './action-of.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { linuxProbe } from './doctor/linux-probe.ts';
import { currentUser } from './doctor/processes.ts';
import { EXIT } from './exit-code.ts';
import { profileFolders } from './load.ts';

type Action = (context: CliContext, input: CommandInput, options: Options) => Promise<number>;

interface Options {
  readonly settings: UnitSettings;
  readonly root: string;
}

const ACTIONS: Readonly<Record<string, Action>> = { install, uninstall, status };

export const serviceCommand: CommandSpec = {
  name: 'service',
  summary: 'Have systemd run a site from the start of the computer on',
  args: '<install|uninstall|status>',
  argChoices: Object.keys(ACTIONS),
  options: [
    { flags: '--config <file>', help: `the site file; default ${UNIT_DEFAULTS.config}` },
    {
      flags: '--user <name>',
      help: `who it runs as, made if need be; default ${UNIT_DEFAULTS.user}`,
    },
    { flags: '--program <path>', help: 'what is started; default: this program' },
    { flags: '--root <folder>', help: 'work in a folder that stands for /, such as an image' },
    { flags: '-n, --dry-run', help: 'only say what would be done' },
    { flags: '-y, --yes', help: 'do not ask' },
  ],
  examples: [
    'dinrail service install --dry-run',
    'sudo dinrail service install',
    'dinrail service status',
  ],
  async run(context, input) {
    const [word = ''] = input.args;
    return actionOf('service', ACTIONS, word)(context, input, optionsOf(context, input));
  },
};

function optionsOf(context: CliContext, input: CommandInput): Options {
  const user = textOption(input, 'user') ?? UNIT_DEFAULTS.user;
  if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    throw new UsageError(`"${user}" is no name of a user`);
  const written = textOption(input, 'config');
  const config = written === undefined ? UNIT_DEFAULTS.config : resolve(context.cwd, written);
  const root = resolve(context.cwd, textOption(input, 'root') ?? '/');
  const program = textOption(input, 'program') ?? programOf(context, root);
  for (const path of [config, ...program.split(' ')]) checkPath(path);
  return { settings: { user, config, program }, root };
}

/** How this very program is started: the installed one where there is one. */
function programOf({ execPath, packageRoot }: CliContext, root: string): string {
  const isPackage = packageRoot.startsWith('/usr/') || root !== '/' || execPath === undefined;
  if (isPackage || existsSync(UNIT_DEFAULTS.program)) return UNIT_DEFAULTS.program;
  const built = join(packageRoot, 'dist/cli/main.js');
  return `${execPath} ${existsSync(built) ? built : join(packageRoot, 'src/cli/main.ts')}`;
}

/** What the unit could not name, or the service could not read. */
function checkPath(path: string): void {
  if (!/^\/[\w./@+-]+$/.test(path)) {
    throw new UsageError(
      `${path}: a unit needs an absolute path of letters, digits and . / _ - @ +`,
    );
  }
  if (/^\/(?:home|root)\//.test(path)) {
    throw new UsageError(
      `${path}: a service sees nothing below /home and /root; move it, such as to /etc/dinrail or /opt`,
    );
  }
}

async function install(context: CliContext, input: CommandInput, options: Options) {
  const { settings, root } = options;
  if (!hasOption(input, 'dryRun') && !existsSync(join(root, settings.config))) {
    throw new UsageError(
      `there is no ${settings.config}; put the site file there first, with data: /var/lib/dinrail`,
    );
  }
  if (!hasOption(input, 'dryRun')) await checkSite(context, options);
  const code = await carryOut(context, input, options, installPlan(settings));
  if (code === EXIT.ok && root === '/' && !hasOption(input, 'dryRun')) {
    context.stdout.write(`it runs; its log: journalctl -u ${SERVICE}\n`);
  }
  return code;
}

/** Where the service may write: systemd makes it, and names it in STATE_DIRECTORY. */
const STATE_FOLDER = '/var/lib/dinrail';

/** Throws UsageError for a site that keeps its data where the service must not write. */
async function checkSite(context: CliContext, { settings, root }: Options): Promise<void> {
  const { site } = await loadSite(join(root, settings.config), {
    env: { ...context.env, STATE_DIRECTORY: STATE_FOLDER },
    profilesDirs: profileFolders(context),
  });
  if (site === undefined) {
    // Its variables may stand in /etc/default/dinrail, which only the service reads.
    context.stderr.write(`${settings.config} has mistakes here; dinrail check says which
`);
  } else if (site.data !== undefined && !`${site.data}/`.startsWith(`${STATE_FOLDER}/`)) {
    const fix = "say data: '${STATE_DIRECTORY:-dinrail-data}' in it";
    throw new UsageError(
      `${settings.config} keeps its data in ${site.data}, and the service may write in ${STATE_FOLDER} alone; ${fix}`,
    );
  }
}

async function uninstall(context: CliContext, input: CommandInput, options: Options) {
  const { user, config } = options.settings;
  const code = await carryOut(context, input, options, uninstallPlan(options.settings));
  if (code === EXIT.ok) {
    context.stdout.write(`${config}, /var/lib/dinrail and the user ${user} stay\n`);
  }
  return code;
}

/** Says every step, asks, and does them. */
async function carryOut(
  context: CliContext,
  input: CommandInput,
  { root }: Options,
  steps: readonly Step[],
): Promise<number> {
  const { stdout, stderr, ask } = context;
  const planned: { readonly step: Step; readonly state: StepState }[] = [];
  for (const step of steps) planned.push({ step, state: await stepState(step, { root }) });
  for (const { step, state } of planned) stdout.write(`${stepText(step, state)}\n`);
  if (hasOption(input, 'dryRun')) return EXIT.ok;
  if (root === '/' && (await currentUser(linuxProbe(context)))?.uid !== 0) {
    stderr.write(`this needs root: sudo dinrail service ${input.args.join(' ')} …\n`);
    return EXIT.refused;
  }
  if (!hasOption(input, 'yes')) {
    if (ask === undefined) throw new UsageError('nobody is there to ask: say --yes');
    const answer = await ask('do all this? [y/N] ');
    if (!/^y(es)?$/i.test(answer.trim())) return EXIT.refused;
  }
  for (const { step, state } of planned) if (state === 'todo') await applyStep(step, { root });
  return EXIT.ok;
}

/** Says of every file of the service whether it is there and as this version has it. */
async function status(context: CliContext, _: CommandInput, { settings, root }: Options) {
  let isWhole = true;
  for (const [path, text] of serviceFiles(settings)) {
    const isThere = existsSync(join(root, path));
    const state = await stepState({ kind: 'write', path, text, mode: 0 }, { root });
    isWhole &&= state === 'done';
    const word = !isThere ? 'missing' : state === 'done' ? 'good' : 'differs';
    context.stdout.write(`${word.padEnd(10)}${path}\n`);
  }
  const hasConfig = existsSync(join(root, settings.config));
  context.stdout.write(`${(hasConfig ? 'there' : 'missing').padEnd(10)}${settings.config}\n`);
  if (root === '/') {
    const active = await linuxProbe(context).run('systemctl', ['is-active', SERVICE]);
    const word = active?.trim() ?? 'not running';
    context.stdout.write(`${word.padEnd(10)}${SERVICE}\n`);
    isWhole &&= word === 'active';
  }
  return isWhole && hasConfig ? EXIT.ok : EXIT.other;
}
