import { bold, fitLine, line, lineWidth, spread, styled, type Line, type Span } from './line.ts';
import { alarmsListHeight, alarmsPage } from './page/alarms.ts';
import { deviceLayout, devicePage, stateSpans } from './page/device-page.ts';
import { helpPage } from './page/help.ts';
import { allMatrixLines, matrixHeight, matrixPage } from './page/matrix-page.ts';
import { lineTitle, overview, overviewLayout } from './page/overview.ts';
import { pointPage } from './page/point-page.ts';
import { pointsListHeight, pointsPage } from './page/points.ts';
import { sinksListHeight, sinksPage } from './page/sinks.ts';
import { trafficListHeight, trafficPage } from './page/traffic.ts';
import { writePage } from './page/write-page.ts';
import { onlyDevice, rowsOf } from './rows.ts';
import type { Size } from './screen.ts';
import { ALARM, BOLD, PLAIN, REVERSE, WARN } from './style.ts';
import { ageText, countText } from './texts.ts';
import { SCREENS, topmost, type Scene } from './ui-state.ts';

/** Below this nothing sensible can be shown. */
export const SMALLEST: Size = { columns: 80, rows: 24 };

/** One frame, as many lines as the screen has rows at most. */
export function render(scene: Scene): readonly Line[] {
  const { columns, rows } = scene.size;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return tooSmall(scene.size);
  const height = rows - 2;
  const body = bodyOf(scene, height).slice(0, height);
  const blanks = Array.from({ length: height - body.length }, (): Line => []);
  return [titleLine(scene), ...body, ...blanks, footerLine(scene)];
}

/** How many rows of the present list are seen at once, and how many there are. */
export function listExtent(scene: Scene): { readonly count: number; readonly height: number } {
  const { ui, site } = scene;
  const height = Math.max(1, scene.size.rows - 2);
  const top = topmost(ui);
  const device = top?.kind === 'device' ? site.device(top.device) : overviewDevice(scene);
  const count = rowsOf(scene).length;
  if (device !== undefined)
    return { count, height: deviceLayout(scene, device, height).listHeight };
  switch (ui.screen) {
    case 'overview':
      return { count, height: overviewLayout(scene, height).listHeight };
    case 'points':
      return { count, height: pointsListHeight(height) };
    case 'matrix': {
      // It scrolls by lines: a place is the first of them.
      const room = matrixHeight(height);
      return { count: Math.max(1, allMatrixLines(scene).length - room + 1), height: 1 };
    }
    case 'traffic':
      return { count, height: trafficListHeight(scene, height) };
    case 'alarms':
      return { count, height: alarmsListHeight(height) };
    case 'sinks':
      return { count, height: sinksListHeight(height) };
  }
}

function overviewDevice({ ui, site }: Scene): ReturnType<typeof onlyDevice> {
  return ui.screen === 'overview' && ui.opened.length === 0 ? onlyDevice(site) : undefined;
}

function bodyOf(scene: Scene, height: number): readonly Line[] {
  const { ui, site } = scene;
  if (ui.isHelp) return helpPage();
  if (ui.write !== undefined) return writePage(scene, ui.write);
  if (site.link.state === 'connecting') return [line(` waiting for ${scene.where} …`)];
  const top = topmost(ui);
  if (top?.kind === 'point') return pointPage(scene, top.id);
  if (top?.kind === 'device') {
    const device = site.device(top.device);
    if (device === undefined) return [line(` there is no device ${top.device} any more`)];
    return devicePage(scene, device, height);
  }
  return screenOf(scene, height);
}

function screenOf(scene: Scene, height: number): readonly Line[] {
  switch (scene.ui.screen) {
    case 'overview': {
      const only = onlyDevice(scene.site);
      return only === undefined ? overview(scene, height) : devicePage(scene, only, height);
    }
    case 'points':
      return pointsPage(scene, height);
    case 'matrix':
      return matrixPage(scene, height);
    case 'traffic':
      return trafficPage(scene, height);
    case 'alarms':
      return alarmsPage(scene, height);
    case 'sinks':
      return sinksPage(scene, height);
  }
}

function titleLine(scene: Scene): Line {
  const { site, now, size } = scene;
  const right = `  ${site.clockText(now)}  [?] help `;
  const trouble = linkTrouble(scene);
  if (trouble !== undefined) {
    const left = styled(` ${site.name}  ${trouble}`, ALARM | REVERSE);
    return spread([left], [styled(right, PLAIN)], size.columns);
  }
  const paused = scene.isPaused ? [styled('PAUSED  ', BOLD | WARN)] : [];
  const [only, first] = [onlyDevice(site), site.lines[0]];
  if (only !== undefined && first !== undefined) {
    const left = line(' ', bold(site.name), `  ${only.status.name}  `);
    const state = stateSpans(site, only.status, now);
    const title = lineTitle(first);
    // Where there is no room for all, how busy the line is gives way to how the device is.
    const room = size.columns - lineWidth([...left, ...state, ...paused]) - right.length;
    const shown = lineWidth(title) < room ? title : lineTitle(first, false);
    return spread(
      [...left, ...state],
      [...paused, ...(lineWidth(shown) < room ? shown : []), styled(right, PLAIN)],
      size.columns,
    );
  }
  const left = line(' ', bold(site.name), '  ', ...countSpans(scene));
  return spread(left, [...paused, styled(`${scene.where}${right}`, PLAIN)], size.columns);
}

/** What is wrong with the connection, where something is. */
function linkTrouble({ site: { link }, where, now }: Scene): string | undefined {
  if (link.state !== 'lost') return undefined;
  const why = link.why === undefined ? '' : ` (${link.why})`;
  return `NO ANSWER from ${where} for ${ageText(now - link.since)}, trying again${why}`;
}

const STATE_NAMES = {
  ...{ silent: 'silent', failing: 'failing', paused: 'paused', waiting: 'not asked yet' },
} as const;

/** `7 devices: 6 good, 1 silent   3 values not good`. */
function countSpans({ site }: Scene): readonly Span[] {
  const of = (state: string): number =>
    site.devices.filter(({ status }) => status.state === state).length;
  const spans: Span[] = [
    styled(`${countText(site.devices.length, 'device')}: ${of('good')} good`, PLAIN),
  ];
  for (const [state, name] of Object.entries(STATE_NAMES)) {
    const count = of(state);
    if (count === 0) continue;
    const style =
      state === 'silent' ? ALARM : state === 'failing' || state === 'paused' ? WARN : PLAIN;
    spans.push(styled(', ', PLAIN), styled(`${count} ${name}`, style));
  }
  return spans;
}

function footerLine({ ui, size }: Scene): Line {
  if (ui.isFiltering) {
    return fitLine(
      line(' / ', bold(ui.filter), styled(' ', REVERSE), '   Enter keeps it, Esc clears it'),
      size.columns,
    );
  }
  if (ui.notice !== undefined) return fitLine(line(' ', bold(ui.notice)), size.columns);
  const screens = SCREENS.flatMap((name, index) => {
    const style = name === ui.screen && ui.opened.length === 0 ? REVERSE : PLAIN;
    return [styled(`${index + 1} ${name}`, style), styled(' ', PLAIN)];
  });
  const longer = line(...screens, ' / filter s sort w write e export p pause ? help q quit');
  const short = line(...screens, ' / filter ? help q quit');
  return fitLine(
    lineWidth(longer) < size.columns ? [styled(' ', PLAIN), ...longer] : short,
    size.columns,
  );
}

function tooSmall({ columns, rows }: Size): readonly Line[] {
  const { columns: least, rows: lowest } = SMALLEST;
  return [
    line(`this terminal has ${columns} x ${rows}`),
    line(`the page needs ${least} x ${lowest}`),
    line('make it larger, or q to quit'),
  ];
}
