import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { UnitTables } from '../../src/server/unit-tables.ts';
import {
  closing,
  dinrail,
  exception,
  gateway,
  lastScan,
  meter,
  responder,
  state,
} from '../support/discover.ts';
import { startProgram } from '../support/program.ts';

describe('ping', () => {
  test('says how fast and how sure a device answers', async () => {
    const { port } = await gateway(meter());
    const { code, stdout } = await dinrail('ping', `127.0.0.1:${port}`, '-n', '50');
    expect(stdout).toMatch(
      /^50 sent {2}50 answered {2}0 timeouts {2}0 damaged {3}min [\d.]+ {2}avg/,
    );
    expect(stdout).toMatch(/suggest timeout 100ms \(p99 × 2\), pause 0\n$/);
    expect(code).toBe(0);
  });

  test('counts an exception as an answer, and silence as none', async () => {
    let asked = 0;
    const port = await responder((_, pdu) => {
      asked += 1;
      return asked % 2 === 0 ? exception(pdu, 2) : undefined;
    });
    const { code, stdout } = await dinrail(
      ...['ping', `127.0.0.1:${port}`, '-n', '6', '--timeout', '60ms', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ sent: 6, answered: 3, exceptions: 3, timeouts: 3 });
    expect(code).toBe(8);
  });

  test('keeps what it has when it is stopped', async () => {
    const port = await responder((_, pdu) => exception(pdu, 1));
    const ping = startProgram(['ping', `127.0.0.1:${port}`, '-n', '1000', '--pause', '20ms']);
    await ping.said(/unit 1/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { code, stdout } = await ping.end('SIGINT');
    expect(stdout).toMatch(/^[1-9]\d* sent/);
    expect(code).toBe(130);
  });

  test.each([
    ['a closed port', ['127.0.0.1:1'], 4],
    ['several units', ['127.0.0.1:1', '-u', '1,2'], 2],
  ])('of %s', async (_, words, expected) => {
    expect((await dinrail('ping', ...words)).code).toBe(expected);
  });
});

describe('scan of a gateway', () => {
  test('finds those who answer, says what they are, and keeps the result', async () => {
    const { port } = await gateway(new Map([3, 9].map((unit) => [unit, meter()])));
    const { code, stdout, stderr } = await dinrail('scan', `127.0.0.1:${port}`);
    expect(
      stdout.split('\n').map((line) =>
        line
          .trim()
          .split(/\s{2,}/)
          .slice(0, 2),
      ),
    ).toEqual([['3', 'answers'], ['9', 'answers'], ['']]);
    expect(stdout).toMatch(/schneider\/pm8000 \(likely\)/);
    expect(stderr).toMatch(/unit \d+\/247 {2}2 found/);
    expect(stderr).toMatch(/2 found in [\d.]+ s/);
    expect(JSON.parse(readFileSync(lastScan, 'utf8'))).toMatchObject({
      found: [{ unit: 3 }, { unit: 9 }],
      interrupted: false,
    });
    expect(code).toBe(0);
  });

  test('that answers as any unit is one device, found with a handful of questions', async () => {
    const { port } = await gateway(meter());
    const { stdout } = await dinrail('scan', `127.0.0.1:${port}`, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ total: 4, found: [{ unit: 1, anyUnit: true }] });
  });

  test('asks only the units that are named', async () => {
    const asked = new Set<number>();
    const port = await responder((unit, pdu) => {
      asked.add(unit);
      return unit === 5 ? exception(pdu, 2) : undefined;
    });
    const { stdout, code } = await dinrail(
      ...['scan', `127.0.0.1:${port}`, '--units', '4-6', '--timeout', '60ms', '--json'],
    );
    expect([...asked].sort()).toEqual([4, 5, 6]);
    expect(JSON.parse(stdout)).toMatchObject({ found: [{ unit: 5, exception: 2 }], probed: 3 });
    expect(code).toBe(0);
  });

  test('asks again who answers after the others had their turn', async () => {
    const server = await listenTcp({
      ...{ port: 0, units: new Map([[2, meter()]]), unknownUnit: 'silence', clock: systemClock },
      interceptor: () => ({ delayMs: 150 }),
    });
    closing.push(async () => server.close());
    const { stdout } = await dinrail(
      ...['scan', `127.0.0.1:${server.port}`, '--units', '1-6', '--timeout', '80ms', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ found: [{ unit: 2, slow: true }] });
  });

  test('keeps what was found until Ctrl-C', async () => {
    const port = await responder((unit, pdu) => (unit === 1 ? exception(pdu, 2) : undefined));
    const scan = startProgram(
      ['scan', `127.0.0.1:${port}`, '--units', '1-247', '--timeout', '50ms'],
      { XDG_STATE_HOME: state },
    );
    await scan.said(/unit \d+\/247 {2}1 found/);
    const { code, stdout, stderr } = await scan.end('SIGINT');
    expect(stdout).toMatch(/^ *1 {2}answers/);
    expect(stderr).toMatch(/1 found in .*, stopped after \d+ of 247/);
    expect(code).toBe(130);
  });

  test('of nobody says so in the exit code', async () => {
    const { port } = await gateway(new Map());
    const { code } = await dinrail('scan', `127.0.0.1:${port}`, '--units', '1-5');
    expect(code).toBe(5);
  });
});

describe('scan of a network', () => {
  test('finds the one address that answers', async () => {
    const { port } = await gateway(meter());
    const { stdout, code } = await dinrail('scan', '127.0.0.0/29', '--port', String(port));
    expect(stdout).toMatch(new RegExp(`^ +127\\.0\\.0\\.1:${port} {2}1 {2}answers .*pm8000`));
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(0);
  });

  test('names who takes connections and answers nothing', async () => {
    const port = await responder(() => undefined);
    const { stderr, code } = await dinrail(
      ...['scan', '127.0.0.1/32', '--port', String(port), '--timeout', '60ms'],
    );
    expect(stderr).toMatch(/takes connections and answers no Modbus/);
    expect(code).toBe(5);
  });

  test('of more than a /22 is refused', async () => {
    const { stderr, code } = await dinrail('scan', '10.0.0.0/8');
    expect(stderr).toMatch(/\/22 or smaller/);
    expect(code).toBe(2);
  });
});

test('scan --registers finds what there is', async () => {
  const tables = new UnitTables({
    holding: { extents: [{ start: 10, count: 20 }, { start: 200, count: 1 }] }, // prettier-ignore
    coil: { extents: [{ start: 0, count: 8 }] },
  });
  const { port } = await gateway(tables);
  const { stdout, code } = await dinrail(
    ...['scan', `127.0.0.1:${port}`, '--registers', '--range', 'hr:0-299,co:0-15,ir:0-9'],
  );
  expect(stdout.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['hr:10-29', '20 registers'],
    ['hr:200', '1 register'],
    ['co:0-7', '8 bits'],
    [''],
  ]);
  expect(code).toBe(0);
});

describe('identify', () => {
  const ascii = (text: string): number[] => [...Buffer.from(text, 'ascii')];
  const object = (id: number, text: string): number[] => [id, text.length, ...ascii(text)];

  test('lets a device say who it is', async () => {
    const port = await responder((_, pdu) => {
      if (pdu[0] === 0x2b && pdu[2] === 1) {
        const objects = [
          object(0, 'Schneider Electric'),
          object(1, 'METSEPM8000'),
          object(2, 'V1'),
        ];
        return Uint8Array.of(0x2b, 0x0e, 1, 2, 0, 0, 3, ...objects.flat());
      }
      if (pdu[0] === 0x2b) {
        return Uint8Array.of(0x2b, 0x0e, 2, 2, 0, 0, 1, ...object(4, 'PM8000 meter'));
      }
      if (pdu[0] === 0x11) return Uint8Array.of(0x11, 7, 0x42, 0xff, ...ascii('PM 80'));
      return exception(pdu, 2);
    });
    const { stdout, code } = await dinrail('identify', `127.0.0.1:${port}`);
    expect(stdout).toMatch(
      /device identification {2}vendor Schneider Electric, product code METSEPM8000, revision V1, product name PM8000 meter/,
    );
    expect(stdout).toMatch(/server id +B PM 80/);
    expect(stdout).toMatch(/SunSpec +no/);
    expect(code).toBe(0);
  });

  test('reads the common model of a SunSpec device', async () => {
    const tables = new UnitTables({ holding: { extents: [{ start: 40_000, count: 80 }] } });
    const words = (text: string, count: number): number[] =>
      Array.from({ length: count }, (_, at) => (text.charCodeAt(at * 2) || 0) << 8 | (text.charCodeAt(at * 2 + 1) || 0)); // prettier-ignore
    tables.holding.setRegisters(40_000, [
      ...[0x5375, 0x6e53, 1, 66, ...words('Fronius', 16), ...words('Symo 10.0-3-M', 16)],
      ...[...words('', 8), ...words('1.2', 8), ...words('SN4711', 16)],
    ]);
    const { port } = await gateway(tables);
    const { stdout, code } = await dinrail('identify', `127.0.0.1:${port}`, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      identification: { problem: 'not supported' },
      sunspec: {
        value: {
          ...{ 'map at': 'hr:40000', manufacturer: 'Fronius', model: 'Symo 10.0-3-M' },
          ...{ version: '1.2', 'serial number': 'SN4711' },
        },
      },
    });
    expect(code).toBe(0);
  });

  test('finds the profile that fits, and says how to read it', async () => {
    const { port } = await gateway(meter());
    const { stdout, stderr } = await dinrail('identify', `127.0.0.1:${port}`);
    expect(stdout).toMatch(/profile +schneider\/pm8000 {3}likely \(1 of 1 checks\)/);
    expect(stderr).toMatch(/dinrail read 127\.0\.0\.1:\d+ --profile schneider\/pm8000/);
  });

  test.each([
    ['that nobody answers as', 5, /Next: dinrail scan/],
    ['of an unknown device', 1, /--registers/],
  ])('of a unit %s', async (_, expected, said) => {
    const port = await responder((__, pdu) => (expected === 5 ? undefined : exception(pdu, 1)));
    const { code, stderr } = await dinrail('identify', `127.0.0.1:${port}`, '--timeout', '60ms');
    expect(stderr).toMatch(said);
    expect(code).toBe(expected);
  });
});

describe('read --try', () => {
  test('reads what a manual that counts from 40001 means', async () => {
    const tables = meter();
    tables.holding.set(0, 4711);
    const { port } = await gateway(tables);
    const at = `127.0.0.1:${port}`;
    const tried = await dinrail('read', at, '40001', '--try');
    expect(tried.stdout).toMatch(/hr:40001 +— .*exception-2[^]*hr:0 +4711/);
    expect(tried.stderr).toMatch(/hr:0 is there: your manual counts from 40001/);
    expect((await dinrail('read', at, '40001')).stderr).toMatch(/\(write 400001\)\. Try --try\./);
  });
});
