import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { utcIso } from '../../src/base/time-format.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { loadSite } from '../../src/config/load-site.ts';
import { startGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { noSuchDevice } from '../../src/settings/refusals.ts';
import { Settings } from '../../src/settings/settings.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';

const WEB = join(import.meta.dirname, '../../web');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Nothing but what the test itself asks for: no updates, no sync, no first-run page. */
const QUIET = [
  ...['--no-sandbox', '--headless', '--disable-gpu', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Has something of everything, so that every screen is there: an alarm, a silent device, a sink that fails, a rule. */
function siteText(port: number, web: string): string {
  return [
    'version: 1',
    'name: furnace-pi',
    'data: data',
    'writes: local',
    `web: ${web}`,
    'devices:',
    '  furnace1:',
    `    at: tcp://127.0.0.1:${port}`,
    '    label: Tube furnace 1',
    '    every: 200ms',
    '    points:',
    '      pv: { at: "hr:1 i16 °C", label: Temperature }',
    '      setpoint: { at: "hr:2 i16 rw °C", write: { min: 0, max: 1200, maxChange: 400 } }',
    '      block_1: "hr:10 u16 V"',
    '      block_2: "hr:11 u16 V"',
    '      block_3: "hr:12 u16 V"',
    '      block_4: "hr:13 u16 V"',
    '    writes: [setpoint]',
    '  far_away:',
    '    at: tcp://127.0.0.1:1',
    '    label: A pump with a long name in the cellar behind the boiler',
    '    points: { flow: "hr:0 f32 m³/h" }',
    'alarms:',
    '  too_hot: { when: furnace1.pv > 800, priority: urgent, text: The furnace is too hot }',
    'sinks:',
    '  log: { type: jsonl, path: samples.jsonl }',
    "  plant: { type: influx, url: 'http://127.0.0.1:1', database: plant }",
    'rules:',
    '  reached:',
    '    devices: [furnace1]',
    '    when: pv > 800',
    "    steps: [{ post: 'http://127.0.0.1:1/reached', json: { value: '{pv}' } }]",
  ].join('\n');
}

export interface PageBenchOptions {
  /** The flow mapping under `web`. Default: this machine is an admin. */
  readonly web?: string;
  readonly version?: string;
}

/** The built page, a whole gateway that serves it over one simulated furnace at 850 °C, and a browser. */
export class PageBench {
  readonly tables = plainImage({ holding: 100, writable: true });
  readonly log: string[] = [];
  #folder = '';
  #device: ModbusServer | undefined;
  #gateway: Gateway | undefined;
  #browser: Browser | undefined;
  #port = 0;

  static async start(options: PageBenchOptions = {}): Promise<PageBench> {
    const bench = new PageBench();
    bench.#folder = await mkdtemp(join(tmpdir(), 'dinrail-everywhere-'));
    await build({
      ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
      build: { outDir: join(bench.#folder, 'web') },
    });
    bench.tables.holding.setRegisters(1, [850, 750]);
    bench.tables.holding.setRegisters(10, [13, 13, 13, 12]);
    const units = new Map([[1, bench.tables]]);
    bench.#device = await listenTcp({ port: 0, units, clock: systemClock });
    await bench.startGateway(options);
    bench.#browser = await PageBench.browser();
    return bench;
  }

  static async browser(...args: string[]): Promise<Browser> {
    return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...QUIET, ...args] });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get browser(): Browser {
    if (this.#browser === undefined) throw new Error('the browser is not started');
    return this.#browser;
  }

  /** On the same port as before, where there was one. */
  async startGateway({
    web = `{ listen: 127.0.0.1:${this.#port}, local: admin }`,
    version = '1',
  }: PageBenchOptions = {}): Promise<void> {
    const file = join(this.#folder, 'gateway.yaml');
    await writeFile(file, siteText(this.#device?.port ?? 0, web));
    const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
    if (site === undefined) throw new Error(JSON.stringify(issues));
    const settings = new Settings({ file, env: {}, profilesDirs: [], clock: systemClock });
    settings.attach({
      config: () => site,
      problemsOf: () => [],
      apply: async () => ({ reason: 'this bench applies nothing' }),
      test: async () => noSuchDevice(site.devices),
    });
    const note = (message: string): void => void this.log.push(message);
    this.#gateway = await startGateway(site, {
      ...{ clock: systemClock, stdout: process.stdout, formatTime: utcIso, version },
      webRoot: join(this.#folder, 'web'),
      config: settings,
      exit: () => undefined,
      logger: { debug: note, info: note, warn: note, error: note },
    });
    this.#port = Number(new URL(this.#gateway.url ?? '').port);
  }

  async stopGateway(): Promise<void> {
    await this.#gateway?.stop();
    this.#gateway = undefined;
  }

  async open(
    options: Parameters<Browser['newContext']>[0] = {},
    at = this.url,
    browser = this.browser,
  ): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(at);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.stopGateway();
    await this.#device?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** From the table that the page has: a screen that is added is tested without being named here. */
function screenNames(): readonly string[] {
  const text = readFileSync(join(WEB, 'src/screen/screens.tsx'), 'utf8');
  return [...text.matchAll(/\{ name: '(\w+)'/g)].map(([, name = '']) => name);
}

/** The names of all screens. */
export const SCREENS = screenNames();

/** The screens, and what else of them has an address. */
export const PLACES = [
  ...SCREENS,
  ...['values', 'trends', 'matrix', 'requests', 'writes'].map(
    (tab) => `devices/furnace1?tab=${tab}`,
  ),
  ...['points?point=furnace1.setpoint', 'op?rotate=10s'],
];

/** Goes to a place, `devices/furnace1?tab=plan`, and waits until its screen and what that asks for are there. */
export async function visit(page: Page, place: string): Promise<void> {
  await page.evaluate(`location.hash = '#/${place}'`);
  const [screen = ''] = place.split(/[/?]/);
  await page.locator(`main[data-screen="${screen}"]`).waitFor();
  await page.getByText('Loading …').waitFor({ state: 'detached' });
}

/** What axe-core has to remark of what is shown now: `rule: the element`. */
export async function axeRemarks(
  page: Page,
  rules?: readonly string[],
): Promise<readonly string[]> {
  await page.evaluate(`globalThis.axe === undefined && (${installer(readFileSync(AXE, 'utf8'))})`);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    rules === undefined ? 'axe.run()' : `axe.run({ runOnly: ${JSON.stringify(rules)} })`,
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

function installer(script: string): string {
  return `(() => { ${script}; return true; })()`;
}
