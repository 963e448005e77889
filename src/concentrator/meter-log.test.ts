import { expect, test } from 'vitest';
import { MeterLog, startLines } from './meter-log.ts';

// The sample of the manual: 250 W, 260 W, 48.5 V, 5.36 A, 850 W/m², 45.6 °C.
const IMAGE = [250, 260, 485, 536, 850, 456, 0x5686, 0x15e0];
const AT = Date.UTC(2026, 10, 21, 2, 36, 6) * 1_000 + 433_012;
const BLOCK = { table: 'holding', start: 0, count: 8 } as const;

test('a block that was written is printed as the manual shows it', () => {
  expect(new MeterLog().receivedLine({ image: IMAGE, at: AT })).toBe(
    '[RX FROM ESP32] 2016-01-01T06:00:00+00:00 | P_ac=250.0W P_dc=260.0W V_dc=48.50V I_dc=5.36A ' +
      'G=850.0W/m² T_cell=45.6°C | Total RX: 1',
  );
});

test('a block that was read is printed as the manual shows it', () => {
  expect(new MeterLog().servedLine(BLOCK)).toBe(
    '[TX TO OPTA] Served registers 0-7 | Total served: 1',
  );
});

test('where clients come on two ways, the tag says on which', () => {
  const log = new MeterLog();
  expect(log.receivedLine({ image: IMAGE, at: AT }, 'TLS')).toMatch(
    /^\[RX FROM ESP32 via TLS\] 2016/,
  );
  expect(log.servedLine(BLOCK, undefined, 'TCP')).toMatch(/^\[TX TO OPTA via TCP\] Served/);
});

test.each([
  ['another start', { ...BLOCK, start: 1 }],
  ['another count', { ...BLOCK, count: 7 }],
  ['another table', { ...BLOCK, table: 'input' }],
])('a read with %s is not printed and not counted', (_, read) => {
  const log = new MeterLog();
  expect(log.servedLine(read)).toBeUndefined();
  expect(log.served).toBe(0);
});

test('writes and reads are counted apart', () => {
  const log = new MeterLog();
  for (let turn = 0; turn < 3; turn += 1) log.receivedLine({ image: IMAGE, at: AT });
  expect(log.servedLine(BLOCK)).toContain('Total served: 1');
  expect(log.receivedLine({ image: IMAGE, at: AT })).toContain('Total RX: 4');
  expect(log.statisticsLine()).toBe(
    '[STATISTICS] Received (from ESP32): 4 | Served (to Opta): 1 | Last Update: 2026-11-21T02:36:06.433012+00:00',
  );
});

test('before the first block there is no update', () => {
  expect(new MeterLog().statisticsLine()).toBe(
    '[STATISTICS] Received (from ESP32): 0 | Served (to Opta): 0 | Last Update: Never',
  );
});

test('a time of whole seconds has no fraction', () => {
  const log = new MeterLog();
  log.receivedLine({ image: IMAGE, at: Date.UTC(2026, 10, 21) * 1_000 });
  expect(log.statisticsLine()).toMatch(/Last Update: 2026-11-21T00:00:00\+00:00$/);
});

test('registers that were never written have no value and no time', () => {
  const image = [undefined, undefined, undefined, 600, undefined, undefined, 0x5686, undefined];
  expect(new MeterLog().receivedLine({ image, at: AT })).toContain(
    '[RX FROM ESP32] — | P_ac=—W P_dc=—W V_dc=—V I_dc=6.00A G=—W/m² T_cell=—°C | Total RX: 1',
  );
});

test('zeros that were written are zeros of the year 1970, as they stand', () => {
  const line = new MeterLog().receivedLine({ image: Array<number>(8).fill(0), at: AT });
  expect(line).toContain('1970-01-01T00:00:00+00:00 | P_ac=0.0W');
});

test('below zero it is cold, and the last moment of 32 bits is a time', () => {
  const image = [...IMAGE.slice(0, 5), 0xffce, 0xffff, 0xffff];
  const line = new MeterLog().receivedLine({ image, at: AT });
  expect(line).toContain('T_cell=-5.0°C');
  expect(line).toContain('2106-02-07T06:28:15+00:00');
});

test('a block that ends early has no zeros in their place', () => {
  expect(new MeterLog().receivedLine({ image: [1], at: AT })).toContain('P_ac=1.0W P_dc=—W');
});

test('the end tells the totals', () => {
  const log = new MeterLog();
  log.receivedLine({ image: IMAGE, at: AT });
  log.servedLine(BLOCK);
  const rule = '='.repeat(80);
  expect(log.shutdownLines()).toEqual([
    ...[rule, 'Smart Meter Server Shutdown', rule, 'Final Statistics:'],
    '  Total Received (from ESP32): 1',
    '  Total Served (to Opta): 1',
    '  Last Update: 2026-11-21T02:36:06.433012+00:00',
    rule,
  ]);
});

/** As the manual of the smart meter server prints it. */
const START = `\
================================================================================
RPI#1 - Smart Meter / RTU Server Starting
================================================================================
Architecture:
  ESP32 → RPI#1: WiFi, Modbus TCP (writes data)
  RPI#1 ← Opta: Ethernet, Modbus TCP (reads data)

Configuration:
  TCP Server: 0.0.0.0:502
  Unit ID: 1
  Interfaces: WiFi (192.168.1.100) + Ethernet (192.168.2.100)
================================================================================
Statistics task created
Starting Modbus TCP server on 0.0.0.0:502...
Waiting for:
  - ESP32 to write data (WiFi interface)
  - Opta to read data (Ethernet interface)`;

test('the first lines are those of the manual', () => {
  const interfaces = ['WiFi (192.168.1.100)', 'Ethernet (192.168.2.100)'];
  const lines = startLines({ host: '0.0.0.0', port: 502, unit: 1, interfaces });
  expect(lines.join('\n')).toBe(START);
});
