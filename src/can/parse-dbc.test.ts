import { describe, expect, test } from 'vitest';
import { parseDbc } from './parse-dbc.ts';

function issues(text: string): string[] {
  return parseDbc(text).issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const MESSAGE =
  'BO_ 256 Engine: 8 ECU\n SG_ Speed : 0|16@1+ (0.25,0) [0|16000] "rpm" Vector__XXX\n';

test('a message with everything a file may say of it', () => {
  const { dbc, issues: found } = parseDbc(`VERSION ""
NS_ :
	NS_DESC_
	CM_
	VAL_
BS_: 500000,1,1
BU_: ECU Display
VAL_TABLE_ Gears 0 "neutral" 1 "first" ;
${MESSAGE} SG_ Gear : 23|8@0- (1,0) [0|0] "" Display,Logger
BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX
 SG_ Orphan : 0|8@0+ (1,0) [0|0] "" Vector__XXX
BO_TX_BU_ 256 : ECU,Display;
EV_ Env: 0 [0|1] "" 0 1 DUMMY_NODE_VECTOR0 Vector__XXX;
CM_ "The whole
file; really";
CM_ BU_ ECU "a node";
CM_ BO_ 256 "The \\"engine\\"";
CM_ SG_ 256 Speed "Of the shaft";
BA_DEF_ SG_ "Start" FLOAT -1e3 1.5E+3;
BA_DEF_DEF_ "Start" 0;
BA_ "Start" SG_ 256 Speed -2.5;
BA_DEF_REL_ BU_SG_REL_ "x" ENUM "a","b";
SIG_GROUP_ 256 Group 1 : Speed Gear;
VAL_ 256 Gear Gears ;
VAL_ 256 Speed 65535 "not available" ;
VAL_ Env 1 "on" 0 "off" ;
`);
  expect(found).toEqual([]);
  expect(dbc.messages).toEqual([
    {
      ...{ name: 'Engine', key: 256, size: 8, comment: 'The "engine"' },
      signals: [
        {
          ...{ name: 'Speed', start: 0, length: 16, order: 'little', form: 'unsigned' },
          ...{ factor: 0.25, offset: 0, range: [0, 16_000], unit: 'rpm', comment: 'Of the shaft' },
          ...{ isMultiplexor: false, values: new Map([[65_535, 'not available']]) },
        },
        {
          ...{ name: 'Gear', start: 23, length: 8, order: 'big', form: 'signed' },
          ...{ factor: 1, offset: 0, isMultiplexor: false },
          values: new Map([
            [0, 'neutral'],
            [1, 'first'],
          ]),
        },
      ],
    },
  ]);
});

describe('a mistake is said with its place, and the rest is read', () => {
  test.each([
    ['BO_ 256 Engine 8 ECU', '1:16 expected ":", not "8"'],
    ['BO_ x Engine: 8 ECU', '1:5 expected the id of a message, not "x"'],
    ['BO_ 256 Engine: 9999 ECU', '1:17 9999 is no whole number from 0 to 1785'],
    [' SG_ A : 0|8@1+ (1,0) [0|0] "" X', '1:6 a signal outside of any message'],
    ['BO_ 1 M: 1 E\n SG_ A : 4|8@1+ (1,0) [0|0] "" X', '2:6 "A" ends behind the 1 bytes of "M"'],
    ['BO_ 1 M: 1 E\n SG_ A : 2|8@0+ (1,0) [0|0] "" X', '2:6 "A" ends behind the 1 bytes of "M"'],
    [
      'BO_ 1 M: 8 E\n SG_ A : 0|8@2+ (1,0) [0|0] "" X',
      '2:14 expected the order of bytes and the sign: 0+, 0-, 1+ or 1-',
    ],
    [
      'BO_ 1 M: 8 E\n SG_ A : 0|65@1+ (1,0) [0|0] "" X',
      '2:12 65 is no number of bits, expected 1..64',
    ],
    [
      'BO_ 1 M: 8 E\n SG_ A : 0|8@1+ (0,0) [0|0] "" X',
      '2:18 the factor of "A" is 0, which makes every value the same',
    ],
    [
      'BO_ 1 M: 8 E\n SG_ A m1 : 0|8@1+ (1,0) [0|0] "" X',
      '2:6 "A" is multiplexed, and "M" has no multiplexor',
    ],
    [
      'BO_ 1 M: 8 E\n SG_ A q : 0|8@1+ (1,0) [0|0] "" X',
      '2:8 expected ":" or the multiplexing M, m0 or m0M, not "q"',
    ],
    [`BO_ 256 Other: 8 E\n${MESSAGE}`, '2:5 message "Engine" has the id of "Other"'],
    ['VAL_ 9 Speed 0 "x" ;', '1:6 no message has the id 9'],
    [`${MESSAGE}VAL_ 256 Sped 0 "x" ;`, '3:10 message "Engine" has no signal "Sped"'],
    [`${MESSAGE}VAL_ 256 Speed 0 x ;`, '3:18 expected a name in quotes, not "x"'],
    [`${MESSAGE}SIG_VALTYPE_ 256 Speed : 1;`, '3:26 "Speed" has 16 bits, and this float has 32'],
    [
      `${MESSAGE}SG_MUL_VAL_ 256 Speed Speed 1-1;`,
      '2:6 "Speed" is selected by "Speed", which is no multiplexor of "Engine"',
    ],
    ['CM_ "never', '1:5 the quote that begins here never ends'],
    ['BA_ "x" 5', '1:1 the statement "BA_" never ends'],
    ['hello', '1:1 "hello" is no statement'],
    ['\u0001', '1:1 "U+0001" has no meaning here'],
  ])('%j', (text, issue) => {
    expect(issues(text)).toContain(issue);
    const after = `${text}\nBO_ 512 After: 1 E\n SG_ B : 0|8@1+ (1,0) [0|0] "" X\n`;
    if (!text.includes('never')) {
      if (text === 'BA_ "x" 5') return;
      expect(parseDbc(after).dbc.messages.at(-1)).toMatchObject({
        name: 'After',
        signals: [{ name: 'B' }],
      });
    }
  });

  test('the signals of a broken message are not blamed', () => {
    expect(issues(`BO_ 256 Engine 8 ECU\n SG_ A : 0|8@1+ (1,0) [0|0] "" X\n`)).toHaveLength(1);
  });

  test('multiplexors that select each other are refused', () => {
    const text = `BO_ 1 M: 8 E
 SG_ A m0M : 0|8@1+ (1,0) [0|0] "" X
 SG_ B m0M : 8|8@1+ (1,0) [0|0] "" X
SG_MUL_VAL_ 1 A B 0-0;
SG_MUL_VAL_ 1 B A 0-0;`;
    expect(parseDbc(text).dbc.messages[0]?.signals).toEqual([]);
  });
});

test('whatever the text is, reading ends, with few issues', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const words = [
    'BO_',
    'SG_',
    'VAL_',
    'CM_',
    '"',
    '"x"',
    ';',
    ':',
    '1',
    '|',
    '@',
    'm1',
    '(',
    '-3',
    '\n',
    'é',
  ];
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: 200 }, () => words[random(words.length)]).join(' ');
    expect(parseDbc(text).issues.length).toBeLessThanOrEqual(6);
  }
});

test('a file that is none gives the first mistakes, and how many more there are', () => {
  const { issues } = parseDbc('/\n'.repeat(70));
  expect(issues.map(({ line, message }) => [line, message])).toEqual([
    ...[1, 2, 3, 4, 5].map((line) => [line, '"/" has no meaning here']),
    [6, 'and 65 more'],
  ]);
  expect(parseDbc('/\n'.repeat(5)).issues).toHaveLength(5);
});
