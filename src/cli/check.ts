import { loadSite } from '../config/load-site.ts';
import { formatIssues } from '../config/format-issues.ts';
import { siteProblems } from '../gateway/site-problems.ts';
import type { CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';
import { profileFolders } from './load.ts';

export const checkCommand: CommandSpec = {
  name: 'check',
  summary: 'Check a site file: every mistake with line, column and what was probably meant',
  args: '[file]',
  options: [],
  examples: ['dinrail check', 'dinrail check /etc/dinrail/gateway.yaml'],
  async run(context, { args: [file = 'gateway.yaml'] }) {
    const { site, issues } = await loadSite(file, {
      env: context.env,
      profilesDirs: profileFolders(context),
    });
    if (issues.length > 0) {
      context.stdout.write(formatIssues(issues, { color: context.stdout.isTerminal }));
    }
    if (site === undefined) return EXIT.config;
    const reasons = siteProblems(site);
    for (const reason of reasons) context.stdout.write(`${reason}\n`);
    if (reasons.length > 0) return EXIT.config;
    const points = site.devices.reduce(
      (sum, { points: polled, computed }) => sum + polled.length + computed.length,
      0,
    );
    context.stdout.write(
      `${file} is good: ${count(site.devices.length, 'device')}, ${count(points, 'point')}, ` +
        `${count(site.lines.length, 'line')}, ${count(site.sinks.length, 'sink')}\n`,
    );
    return EXIT.ok;
  },
};

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
