import { describe, expect, test } from 'vitest';
import {
  SINKS,
  WRITES,
  batterySnapshot,
  plantSnapshot,
  pressAll,
  sceneOf,
} from '../../test/support/tui-scene.ts';
import { csvFile } from './csv.ts';
import { rowsOf } from './rows.ts';
import { placeIn, type Scene } from './ui-state.ts';

const plant = (): Scene => sceneOf(plantSnapshot());

/** Where somebody is after these keys: the screen, what is open, and what is under the cursor. */
function whereAfter(scene: Scene, keys: string): string {
  const { ui } = pressAll(scene, keys);
  const rows = rowsOf({ ...scene, ui });
  const row = rows[placeIn(ui, rows.length, 10).cursor];
  const under =
    row === undefined
      ? '-'
      : row.kind === 'point'
        ? row.view.id
        : row.kind === 'device'
          ? row.device.status.name
          : row.kind === 'concern'
            ? row.concern.key
            : row.kind;
  const open = ui.opened.map((one) => (one.kind === 'device' ? one.device : one.id));
  return [ui.screen, ...open, under].join(' > ');
}

test.each([
  ['', 'overview > furnace1'],
  ['<down>', 'overview > dye02'],
  ['jjk', 'overview > dye02'],
  ['<up>', 'overview > furnace1'],
  ['G', 'overview > pump'],
  ['<end><home>', 'overview > furnace1'],
  ['Gg', 'overview > furnace1'],
  ['<pagedown>', 'overview > pump'],
  ['<pagedown><pageup>', 'overview > furnace1'],
  [' b', 'overview > furnace1'],
  ['2', 'points > furnace1.pv'],
  ['2<down><down>', 'points > furnace1.timer'],
  ['2<down>1', 'overview > furnace1'],
  ['2<down>12', 'points > furnace1.setpoint'],
  ['3', 'matrix > -'],
  ['4', 'traffic > line'],
  ['5', 'alarms > dye02'],
  ['6', 'sinks > -'],
  ['7', 'overview > furnace1'],
  ['<right>', 'points > furnace1.pv'],
  ['<left>', 'sinks > -'],
  ['<tab><backtab>', 'overview > furnace1'],
  ['<enter>', 'overview > furnace1 > furnace1.pv'],
  ['<enter><down><enter>', 'overview > furnace1 > furnace1.setpoint > -'],
  ['<enter><down><enter><escape>', 'overview > furnace1 > furnace1.setpoint'],
  ['<enter><escape>', 'overview > furnace1'],
  ['5<enter>', 'alarms > dye02 > dye02.process'],
  ['5G<enter>', 'alarms > meter.broken > -'],
  ['2/freq', 'points > meter.frequency'],
  ['2/fr<backspace><backspace><backspace>q', 'points > furnace1.pv'],
  ['2/freq<enter><escape>', 'points > furnace1.pv'],
  ['2/freq<escape>', 'points > furnace1.pv'],
  ['2/pump<enter><down>', 'points > pump.evil'],
  ['2s', 'points > meter.broken'],
  ['2ss', 'points > furnace1.setpoint'],
  ['2sss', 'points > meter.broken'],
  ['2ssss', 'points > meter.broken'],
  ['?2', 'overview > furnace1'],
  ['?<escape>2', 'points > furnace1.pv'],
  ['xyz<delete><unknown>', 'overview > furnace1'],
])('%j leads to %s', (keys, place) => {
  expect(whereAfter(plant(), keys)).toBe(place);
});

test.each([
  ['q', { kind: 'quit', isInterrupt: false }],
  ['<ctrl-c>', { kind: 'quit', isInterrupt: true }],
  ['2/x<ctrl-c>', { kind: 'quit', isInterrupt: true }],
  ['?q', undefined],
  ['2/q', undefined],
  ['<ctrl-l>', { kind: 'redraw' }],
  ['<ctrl-z>', { kind: 'suspend' }],
  ['p', { kind: 'pause' }],
  ['e', { kind: 'export' }],
])('%j asks for %j', (keys, effect) => {
  expect(pressAll(plant(), keys).effect).toEqual(effect);
});

test('the cursor is kept inside of a list that has become shorter', () => {
  const scene = plant();
  const { ui } = pressAll(scene, '2G');
  expect(placeIn({ ...ui, filter: 'furnace' }, 3, 10)).toEqual({ cursor: 2, top: 0 });
  expect(placeIn(ui, 0, 10)).toEqual({ cursor: 0, top: 0 });
});

test('a long list scrolls by what is seen, and the cursor stays in sight', () => {
  const scene = sceneOf(batterySnapshot());
  const places = ['', '<pagedown>', '<pagedown><up>', 'G', 'Gg'].map(
    (keys) => pressAll(scene, `2${keys}`).ui.places['points'],
  );
  expect(places).toEqual([
    undefined,
    { cursor: 20, top: 1 },
    { cursor: 19, top: 1 },
    { cursor: 79, top: 60 },
    { cursor: 0, top: 0 },
  ]);
});

describe('a write', () => {
  const begin = '2<down>w';

  test.each([
    [begin, { step: 'value', typed: '' }],
    [`${begin}76`, { step: 'value', typed: '76' }],
    [`${begin}76<backspace>5`, { step: 'value', typed: '75' }],
    [`${begin}<enter>`, { step: 'value', typed: '' }],
    [`${begin}760<enter>`, { step: 'confirm', wanted: '760', typed: '' }],
    [`${begin}760<enter>761<enter>`, { step: 'confirm', wanted: '760', typed: '' }],
    [`${begin}760<enter>760<enter>`, { step: 'sent', wanted: '760' }],
  ])('%j is at %j', (keys, draft) => {
    expect(pressAll(plant(), keys).ui.write).toMatchObject({ id: 'furnace1.setpoint', ...draft });
  });

  test('goes out when the value was typed twice, and only then', () => {
    expect(pressAll(plant(), `${begin}760<enter>`).effect).toBeUndefined();
    expect(pressAll(plant(), `${begin}760<enter>76<enter>`).effect).toBeUndefined();
    const { effect } = pressAll(plant(), `${begin}760<enter>760<enter>`);
    expect(effect).toMatchObject({ kind: 'write', draft: { wanted: '760' } });
  });

  test('nothing is sent by keys that come while it is under way', () => {
    const { ui, effect } = pressAll(plant(), `${begin}760<enter>760<enter><enter><escape>q`);
    expect([ui.write?.step, effect]).toEqual(['sent', undefined]);
  });

  test.each([['<escape>'], ['760<enter><escape>']])('is left by %j', (keys) => {
    expect(pressAll(plant(), begin + keys).ui.write).toBeUndefined();
  });

  test.each<[string, (scene: Scene) => Scene, string, RegExp]>([
    ['a point that cannot be', (scene) => scene, '2w', /furnace1\.pv cannot be written/],
    ['no point', (scene) => scene, 'w', /no point under the cursor/],
    ['no gate', (scene) => ({ ...scene, readOnly: 'that needs a gateway' }), begin, /needs a gate/],
    ['a paused screen', (scene) => ({ ...scene, isPaused: true }), begin, /paused/],
    [
      'a gateway that does not answer',
      (scene) => {
        scene.site.lose('refused', 2_000);
        return scene;
      },
      begin,
      /no writing while 127\.0\.0\.1:8502 does not answer/,
    ],
  ])('of %s is refused with the reason', (_, change, keys, why) => {
    const { ui } = pressAll(change(plant()), keys);
    expect([ui.write, ui.notice]).toEqual([undefined, expect.stringMatching(why)]);
  });

  test('asks what the gate allows, and goes on where it allows it', () => {
    const scene = plant();
    const { ui, effect } = pressAll(scene, begin);
    expect(effect).toEqual({ kind: 'limits' });
    scene.site.takeWrites(WRITES);
    expect(pressAll({ ...scene, ui }, '760<enter>').ui.write?.step).toBe('confirm');
  });

  test.each<[string, Partial<typeof WRITES>, RegExp]>([
    ['is off', { state: 'off', problem: 'this gateway writes nothing' }, /writes nothing/],
    ['is damaged', { state: 'damaged' }, /writing is damaged/],
    ['does not know the point', { points: [] }, /allows no writes of furnace1\.setpoint/],
    [
      'has a lock',
      { locks: [{ scope: 'furnace1', who: 'mei', why: 'new lining' }] },
      /furnace1 is locked by mei: new lining/,
    ],
  ])('goes no further where the gate %s', (_, over, why) => {
    const scene = plant();
    scene.site.takeWrites({ ...WRITES, ...over });
    const { ui, effect } = pressAll(scene, `${begin}760<enter>`);
    expect([ui.write?.step, ui.notice, effect]).toEqual([
      'value',
      expect.stringMatching(why),
      undefined,
    ]);
  });

  test('is not kept for later when the gateway goes while somebody types', () => {
    const scene = plant();
    const { ui } = pressAll(scene, `${begin}760<enter>760`);
    scene.site.lose('refused', 2_000);
    const { ui: after, effect } = pressAll({ ...scene, ui }, '<enter>');
    expect([after.write?.step, after.write?.outcome?.ok, effect]).toEqual([
      'done',
      false,
      undefined,
    ]);
  });
});

describe('an export', () => {
  const fileOf = (keys: string, scene = plant()): ReturnType<typeof csvFile> => {
    scene.site.takeSinks(SINKS);
    return csvFile({ ...scene, ui: pressAll(scene, keys).ui });
  };

  test('holds the rows that are listed, in their order, with what is not known empty', () => {
    expect(fileOf('2/meter<enter>s')).toEqual({
      name: 'dinrail-points-20260227-144741.csv',
      rows: 3,
      text: [
        'time,device,point,value,unit,quality',
        '2026-02-26T09:00:00.000+01:00,meter,broken,,kW,bad',
        '2026-02-27T14:47:41.000+01:00,meter,energy,18446744073709551615,Wh,good',
        '2026-02-27T14:47:41.000+01:00,meter,frequency,49.98,Hz,good',
        '',
      ].join('\n'),
    });
  });

  test.each([
    ['', 'dinrail-overview-', 9, /^time,device/],
    ['<enter>', 'dinrail-furnace1-', 3, /furnace1,pv,749\.6,°C,good/],
    ['4', 'dinrail-traffic-', 3, /^line,url,load,requests,.*\noven,rtu\+tcp:/],
    ['5', 'dinrail-alarms-', 2, /high,active,dye02,Dyeing machine 2 does not answer,/],
    ['6', 'dinrail-sinks-', 2, /\ninflux,influx,failing,1204,/],
  ])('of %j is %s… with %d rows', (keys, name, rows, text) => {
    const file = fileOf(keys);
    expect(file.name.startsWith(name)).toBe(true);
    expect(file.rows).toBe(rows);
    expect(file.text).toMatch(text);
  });

  test('of the matrix holds every member', () => {
    expect(fileOf('3', sceneOf(batterySnapshot())).rows).toBe(76);
  });
});
