import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ALARM as HIGH_ALARM,
  FRAMES,
  SINKS,
  WRITES,
  batterySnapshot,
  entry,
  plantSnapshot,
  device,
  lineStatus,
  pressAll,
  sceneOf,
  snapshot,
  type SceneOptions,
} from '../../test/support/tui-scene.ts';
import { TinyTerminal } from '../../test/support/tiny-terminal.ts';
import { textWidth } from '../base/text-width.ts';
import { plainLine } from './line.ts';
import { render } from './render.ts';
import { difference, paint } from './screen.ts';
import { ALARM, REVERSE, WARN } from './style.ts';
import type { Scene } from './ui-state.ts';

/** The frame as a terminal shows it. */
function shownBy(scene: Scene, ascii = false): readonly string[] {
  const { columns, rows } = scene.size;
  const terminal = new TinyTerminal(columns, rows);
  terminal.feed(difference(undefined, paint(render(scene), scene.size, ascii), 'none'));
  return terminal.lines.map((text) => text.trimEnd());
}

const withSinks = (scene: Scene): Scene => {
  scene.site.takeSinks(SINKS);
  return scene;
};

const battery = (options?: SceneOptions): Scene => sceneOf(batterySnapshot(), options);
const plant = (options?: SceneOptions): Scene => withSinks(sceneOf(plantSnapshot(), options));
const pressed = (scene: Scene, keys: string): Scene => ({ ...scene, ui: pressAll(scene, keys).ui });

const WIDE = { columns: 120, rows: 40 };

const CASES: Readonly<Record<string, () => Scene>> = {
  'battery-overview': () => battery(),
  'battery-overview-wide': () => battery(WIDE),
  'battery-alarm': () => sceneOf(batterySnapshot({ alarms: [HIGH_ALARM] })),
  'battery-matrix': () => pressed(battery(), '3'),
  'battery-points-filtered': () => pressed(battery(), '2/block_3<enter>s'),
  'plant-overview': () => plant(),
  'plant-overview-wide': () => plant(WIDE),
  'plant-points': () => pressed(plant(), '2'),
  'plant-points-wide': () => pressed(plant(WIDE), '2'),
  'plant-device': () => pressed(plant(), '<down><enter>'),
  'plant-point': () => pressed(plant(), '2<end><up><up><up><enter>'),
  'plant-matrix': () => pressed(plant(), '3'),
  'plant-traffic': () => pressed(plant(), '4<down>'),
  'plant-traffic-wide': () => pressed(plant(WIDE), '4'),
  'plant-frames': () => {
    const scene = pressed(plant(), '4');
    scene.site.takeFrames(FRAMES);
    return scene;
  },
  'plant-alarms': () => pressed(plant(), '5'),
  'plant-sinks': () => pressed(plant(), '6'),
  'plant-help': () => pressed(plant(), '?'),
  'plant-filtering': () => pressed(plant(), '2/met'),
  'plant-write': () => {
    const scene = pressed(plant(), '2<down>w760<enter>76');
    scene.site.takeWrites(WRITES);
    return scene;
  },
  'plant-write-off': () => {
    const scene = pressed(plant(), '2<down>w760');
    scene.site.takeWrites({ ...WRITES, state: 'off', problem: 'this gateway writes nothing' });
    return scene;
  },
  'plant-lost': () => {
    const scene = plant();
    scene.site.lose('the connection failed: refused', 5_000);
    return { ...scene, now: 5_000 };
  },
  'plant-paused': () => plant({ over: { isPaused: true } }),
  'too-small': () => battery({ columns: 60, rows: 20 }),
};

test.each(Object.entries(CASES))('%s', async (name, sceneFor) => {
  const text = `${shownBy(sceneFor()).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot(join('cases', `${name}.txt`));
});

test.each(['battery-overview', 'plant-overview', 'plant-points', 'plant-lost'])(
  '%s in ASCII holds nothing else',
  async (name) => {
    const base = { 'battery-overview': battery({ ascii: true }) }[name] ?? plant({ ascii: true });
    const scene =
      name === 'plant-points'
        ? pressed(base, '2')
        : name === 'plant-lost'
          ? ((): Scene => {
              base.site.lose('refused', 5_000);
              return { ...base, now: 5_000 };
            })()
          : base;
    const text = `${shownBy(scene, true).join('\n')}\n`;
    expect(text).toMatch(/^[\n -~]*$/);
    await expect(text).toMatchFileSnapshot(join('cases', `${name}.ascii.txt`));
  },
);

describe('every frame', () => {
  const sizes = [
    [80, 24],
    [81, 25],
    [100, 30],
    [120, 40],
    [200, 60],
    [20, 5],
    [1, 1],
  ] as const;
  test.each(Object.keys(CASES))('%s has the size of its screen, whatever that is', (name) => {
    for (const [columns, rows] of sizes) {
      const scene = { ...CASES[name]!(), size: { columns, rows } };
      const lines = render(scene);
      expect(lines.length, `${columns}x${rows}`).toBeLessThanOrEqual(Math.max(rows, 3));
      if (columns >= 80 && rows >= 24) expect(lines).toHaveLength(rows);
    }
  });

  test.each(Object.keys(CASES))(
    '%s keeps its title and its footer inside of the screen',
    (name) => {
      const scene = CASES[name]!();
      if (scene.size.columns < 80) return;
      const lines = render(scene);
      for (const spans of [lines[0]!, lines.at(-1)!]) {
        expect(textWidth(plainLine(spans))).toBeLessThanOrEqual(scene.size.columns);
      }
    },
  );
});

describe('what is not normal', () => {
  const stylesOf = (scene: Scene, pattern: RegExp): readonly number[] =>
    render(scene)
      .flat()
      .filter(({ text }) => pattern.test(text))
      .map(({ style }) => style & (WARN | ALARM));

  test('block 32 stands out by its marks, and blocks 15 and 26 by theirs, without any colour', () => {
    const text = shownBy(battery()).join('\n');
    expect(text).toContain('▼12.460▼');
    expect(text).toContain('[12.894]');
    expect(text).toContain('[47]');
    expect(text).toContain('median 13.118  spread 0.691');
    expect(text.match(/[[▼▲][\d.]+[\]▼▲]/g)).toEqual(['[12.894]', '[47]', '▼12.460▼']);
  });

  test('has a colour, and nothing else has one', () => {
    const calm = sceneOf(
      snapshot([entry('a.x', 1)], [device('a'), device('b')], [lineStatus('one', { timeouts: 0 })]),
    );
    const coloured = render(calm)
      .flat()
      .filter(({ text, style }) => text !== '' && (style & (WARN | ALARM)) !== 0);
    expect(coloured).toEqual([]);
    expect(stylesOf(battery(), /12\.460/)).toContain(ALARM);
    expect(stylesOf(plant(), /does not answer/)).toContain(ALARM);
  });

  test('is never a colour alone: the lost gateway is said in words and in reverse', () => {
    const [title] = render(CASES['plant-lost']!());
    expect(title?.[0]?.text).toMatch(/NO ANSWER from 127\.0\.0\.1:8502 for 4\.0 s/);
    expect(title?.[0]?.style).toBe(ALARM | REVERSE);
  });

  test('a value that is not known is a dash', () => {
    expect(shownBy(CASES['plant-points']!()).join('\n')).toMatch(/broken +— +kW +— +bad: device/);
  });
});

test('what a device sends cannot reach the terminal as a sequence', () => {
  const scene = pressed(plant(), '2');
  const text = difference(undefined, paint(render(scene), scene.size), 'colour');
  expect(text).toContain('·[2Jboo');
  expect(text).not.toContain('\u001b[2Jboo');
});

test.each([
  ['can0', 'ago {2,}line can0 '],
  ['battery_room', 'ago line battery_room 12 %  '],
  ['battery_room_2', 'ago {3,}\\d\\d:'],
])('in the title the line %s gives way to the state of its device', (name, shown) => {
  const [title = ''] = shownBy(sceneOf(batterySnapshot({ lines: [lineStatus(name)] })));
  expect(title).toMatch(new RegExp(shown));
});

test('of a CAN bus its own counters are shown, and frames that nobody wants are no faults', () => {
  const bus = { frames: 15_600, errors: 2, dropped: 0, incomplete: 3, unsent: 0 };
  const can = lineStatus('can0', { url: 'can://can0', foreign: 9_999, timeouts: 0, bus });
  const rows = shownBy(pressed(sceneOf(batterySnapshot({ lines: [can] })), '4'));
  const text = rows.join('\n');
  expect(text).toMatch(/^ frames +15600 {3}frames that were heard$/m);
  expect(text).toMatch(/^ incomplete +3 {3}cycles of which a frame was missing$/m);
  expect(text).not.toContain('9999');
});
