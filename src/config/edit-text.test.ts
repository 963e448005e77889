import { describe, expect, test } from 'vitest';
import { editText, type TextEdit } from './edit-text.ts';

const SITE = `# The furnace hall
version: 1   # the only one

lines:
  # the long cable
  bus1: &bus serial:/dev/ttyUSB0 9600 8N1   # 9600!
  hall: { at: "tcp://10.0.0.5", pause: 5ms }

devices:
  furnace1: # the big one
    line: bus1
    unit: 1
    profile: 'acme/oven'   # ours
    only: [ pv, sp ]
    # nothing below here

  # spare
  furnace2:
    line: bus1
    unit: 2
    points:
    - pv: hr:1   # first
    - sp: hr:2

sinks:
  out: { type: console }
web:
`;

/** The lines that an edit takes away and adds, `-` and `+` before them, in the order of the text. */
function change(text: string, edits: readonly TextEdit[]): readonly string[] {
  const result = editText(text, edits);
  if ('problem' in result) return [result.problem];
  const [before, after] = [text.split('\n'), result.text.split('\n')];
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...before.slice(head, before.length - tail).map((line) => `-${line}`),
    ...after.slice(head, after.length - tail).map((line) => `+${line}`),
  ];
}

const set = (path: TextEdit['path'], value: unknown): readonly TextEdit[] => [{ path, value }];
const remove = (...path: TextEdit['path']): readonly TextEdit[] => [{ path }];

describe('an edit touches its lines and no others', () => {
  test.each<[string, readonly TextEdit[], readonly string[]]>([
    [
      ...(['a number, with its comment', set(['devices', 'furnace2', 'unit'], 3)] as const),
      ['-    unit: 2', '+    unit: 3'],
    ],
    [
      'quotes stay',
      set(['devices', 'furnace1', 'profile'], 'acme/new'),
      ["-    profile: 'acme/oven'   # ours", "+    profile: 'acme/new'   # ours"],
    ],
    [
      'an anchor stays',
      set(['lines', 'bus1'], 'serial:/dev/ttyUSB1 9600 8N1'),
      [
        '-  bus1: &bus serial:/dev/ttyUSB0 9600 8N1   # 9600!',
        '+  bus1: &bus serial:/dev/ttyUSB1 9600 8N1   # 9600!',
      ],
    ],
    [
      'within braces',
      set(['lines', 'hall', 'pause'], '10ms'),
      [
        '-  hall: { at: "tcp://10.0.0.5", pause: 5ms }',
        '+  hall: { at: "tcp://10.0.0.5", pause: 10ms }',
      ],
    ],
    [
      'a new key within braces',
      set(['lines', 'hall', 'inFlight'], 2),
      [
        '-  hall: { at: "tcp://10.0.0.5", pause: 5ms }',
        '+  hall: { at: "tcp://10.0.0.5", pause: 5ms, inFlight: 2 }',
      ],
    ],
    [
      'a key within braces goes',
      remove('lines', 'hall', 'at'),
      ['-  hall: { at: "tcp://10.0.0.5", pause: 5ms }', '+  hall: { pause: 5ms }'],
    ],
    [
      'a new device behind the last',
      set(['devices', 'meter1'], { at: 'tcp://10.0.0.9', unit: 1 }),
      ['+  meter1:', '+    at: tcp://10.0.0.9', '+    unit: 1', '+'],
    ],
    [
      'a new sink in the style of its neighbours',
      set(['sinks', 'file'], { type: 'jsonl', path: 'out.jsonl' }),
      ['+  file: { type: jsonl, path: out.jsonl }'],
    ],
    [
      'a key behind comments of its map',
      set(['devices', 'furnace1', 'timeout'], '2s'),
      ['+    timeout: 2s'],
    ],
    ['a map below a key that has nothing', set(['web', 'login'], 'always'), ['+  login: always']],
    ['maps on the way are made', set(['defaults', 'retries'], 2), ['+defaults:', '+  retries: 2']],
    [
      'a device goes, comments above it stay',
      remove('devices', 'furnace2'),
      [
        '-  furnace2:',
        '-    line: bus1',
        '-    unit: 2',
        '-    points:',
        '-    - pv: hr:1   # first',
        '-    - sp: hr:2',
      ],
    ],
    [
      'the last sink goes',
      remove('sinks', 'out'),
      ['-sinks:', '-  out: { type: console }', '+sinks: {}'],
    ],
    [
      'an entry of a list',
      set(['devices', 'furnace1', 'only', 2], 'out'),
      ['-    only: [ pv, sp ]', '+    only: [ pv, sp, out ]'],
    ],
    [
      'a list with one entry less',
      set(['devices', 'furnace1', 'only'], ['sp']),
      ['-    only: [ pv, sp ]', '+    only: [ sp ]'],
    ],
    [
      'an entry of a list on lines',
      set(['devices', 'furnace2', 'points', 2], { out: 'hr:3' }),
      ['+    - out: hr:3'],
    ],
    [
      'an entry in the middle of a list',
      set(['devices', 'furnace2', 'points'], [{ pv: 'hr:1' }, { x: 'hr:9' }, { sp: 'hr:2' }]),
      ['+    - x: hr:9'],
    ],
    [
      'an entry of a list on lines goes',
      remove('devices', 'furnace2', 'points', 0),
      ['-    - pv: hr:1   # first'],
    ],
    [
      'a map for another changes what differs',
      set(['devices', 'furnace1'], {
        ...{ line: 'bus1', unit: 7, profile: 'acme/oven', only: ['pv', 'sp'] },
      }),
      ['-    unit: 1', '+    unit: 7'],
    ],
    [
      'a map becomes a text',
      set(['lines', 'hall'], 'tcp://10.0.0.6'),
      ['-  hall: { at: "tcp://10.0.0.5", pause: 5ms }', '+  hall: tcp://10.0.0.6'],
    ],
    [
      'a text becomes a map',
      set(['devices', 'furnace1', 'profile'], { id: 'x', more: [1] }),
      [
        "-    profile: 'acme/oven'   # ours",
        '+    profile:   # ours',
        '+      id: x',
        '+      more:',
        '+        - 1',
      ],
    ],
    [
      'a map on lines becomes a text',
      set(['devices', 'furnace2', 'points'], 'none'),
      ['-    points:', '-    - pv: hr:1   # first', '-    - sp: hr:2', '+    points: none'],
    ],
    [
      'another name',
      [{ path: ['devices', 'furnace1'], key: 'oven' }],
      ['-  furnace1: # the big one', '+  oven: # the big one'],
    ],
    ['text that looks like a number', set(['site'], '8E1'), ['+site: "8E1"']],
    ['the same again', set(['version'], 1), []],
    ['several lines of text', set(['site'], 'one\ntwo'), ['+site: |-', '+  one', '+  two']],
    [
      'a key that an object has by itself',
      set(['devices', '__proto__', 'unit'], 1),
      ['+  __proto__:', '+    unit: 1', '+'],
    ],
  ])('%s', (_, edits, lines) => {
    expect(change(SITE, edits)).toEqual(lines);
  });

  test('several in a row', () => {
    const edits: TextEdit[] = [
      { path: ['devices', 'furnace3'], value: { line: 'bus1' } },
      { path: ['devices', 'furnace3', 'unit'], value: 3 },
      { path: ['devices', 'furnace3'], key: 'spare' },
    ];
    expect(change(SITE, edits)).toEqual(['+  spare:', '+    line: bus1', '+    unit: 3', '+']);
  });
});

describe('texts of other kinds', () => {
  test.each<[string, string, readonly TextEdit[], string]>([
    ['nothing yet', '', set(['version'], 1), 'version: 1\n'],
    ['only comments', '# mine\n', set(['version'], 1), '# mine\nversion: 1\n'],
    ['no line feed at the end', 'version: 1', set(['name'], 'x'), 'version: 1\nname: x\n'],
    [
      'line feeds of Windows',
      'version: 1\r\nweb:\r\n  login: always\r\n',
      set(['web', 'local'], 'admin'),
      'version: 1\r\nweb:\r\n  login: always\r\n  local: admin\r\n',
    ],
    [
      'JSON',
      '{"version":1,"devices":{"a":{"unit":1}}}',
      set(['devices', 'b'], { unit: 2, on: true }),
      '{"version":1,"devices":{"a":{"unit":1},"b":{"unit":2,"on":true}}}',
    ],
    [
      'four columns',
      'a:\n    b: 1\n',
      set(['a', 'c', 'd'], 1),
      'a:\n    b: 1\n    c:\n        d: 1\n',
    ],
    ['an empty map', 'a: {} # none\n', set(['a', 'b'], 1), 'a: # none\n  b: 1\n'],
    ['an empty list', 'a: []\n', set(['a', 0], 'x'), 'a:\n  - x\n'],
    ['behind a block of text', 'a: |\n  x\n  y\n', set(['b'], 1), 'a: |\n  x\n  y\nb: 1\n'],
    ['a block of text', 'a: |\n  x\n  y\nb: 1\n', set(['a'], 'z\n'), 'a: |\n  z\nb: 1\n'],
    ['the first key behind a dash', '- a: 1\n  b: 2\n', remove(0, 'a'), '- b: 2\n'],
    ['the only key behind a dash', '- a: 1\n- b: 2\n', remove(0, 'a'), '- {}\n- b: 2\n'],
    ['the only key below a comment', 'a:\n  # why\n  b: 1\n', remove('a', 'b'), 'a: {}\n  # why\n'],
    ['one empty line less', 'a: 1\n\nb: 2\n\nc: 3\n', remove('b'), 'a: 1\n\nc: 3\n'],
    [
      'a key without a value in braces',
      'a: { b, c: 1 }\n',
      set(['a', 'b'], 2),
      'a: { b: 2, c: 1 }\n',
    ],
    ['aligned values', 'a:    1\nbcd:  2\n', set(['a'], 3), 'a:    3\nbcd:  2\n'],
    ['keys in quotes', '"a": 1\n', [{ path: ['a'], key: 'b c' }], '"b c": 1\n'],
    ['commas in braces', 'a: { b: 1 }\n', set(['a', 'b'], 'x, y'), 'a: { b: "x, y" }\n'],
    ['a placeholder', 'a: 1\n', set(['b'], '${PASSWORD}'), 'a: 1\nb: ${PASSWORD}\n'],
    ['a placeholder in braces', 'a: { b: 1 }\n', set(['a', 'b'], '${P}'), 'a: { b: "${P}" }\n'],
  ])('%s', (_, text, edits, expected) => {
    expect(editText(text, edits)).toEqual({ text: expected });
  });
});

describe('what is refused, with the text as it was', () => {
  test.each<[string, string, readonly TextEdit[], string]>([
    ['what is not there', 'a: 1\n', remove('b'), 'there is no b'],
    ['a text as a map', 'a: 1\n', set(['a', 'b'], 1), 'there is no map to put b into'],
    ['behind the end of a list', 'a: [1]\n', set(['a', 5], 1), 'the list has 1 entries'],
    ['a name that is taken', 'a: 1\nb: 2\n', [{ path: ['a'], key: 'b' }], 'there is a b already'],
    ['no YAML', 'a: "1\n', set(['b'], 1), 'the text is not YAML yet: put that right first'],
    [
      'what an alias shows',
      'a: &x { b: 1 }\nc: *x\n',
      set(['c', 'b'], 2),
      'c.b comes from *x: change it where &x stands',
    ],
    [
      'what would take too long',
      `a: "${'x'.repeat(400_000)}"\n`,
      ['b', 'c', 'd', 'e'].map((key) => ({ path: [key], value: 1 })),
      'these are too many changes at once: send fewer, or change the text',
    ],
    [
      'what is nested too deep',
      `a: ${'['.repeat(100_000)}\n`,
      set(['b'], 1),
      'the text is not YAML yet: put that right first',
    ],
    [
      'what an alias needs',
      'a: &x 1\nb: *x\n',
      remove('a'),
      'the text cannot be changed in this way: change it by hand',
    ],
  ])('%s', (_, text, edits, problem) => {
    expect(editText(text, edits)).toEqual({ problem });
  });
});
