import { NO_VALUE } from '../telemetry/format-value.ts';
import type { BlockUpdate } from './written-block.ts';

/** One field of the line, as it is printed: `V_dc=48.50V`. */
export interface MeterField {
  readonly name: string;
  /** Of its register within the block. */
  readonly register: number;
  readonly divide: number;
  readonly decimals: number;
  readonly unit: string;
  readonly isSigned?: boolean;
}

export interface MeterLogOptions {
  /** Who writes and who reads, in capitals as tags have them: `ESP32`, `OPTA`. */
  readonly writer: string;
  readonly reader: string;
  /** The reader in the line of statistics. */
  readonly readerName: string;
  /** Where the high half of the Unix time is within the block; the low half is next to it. */
  readonly timeRegister: number;
  readonly fields: readonly MeterField[];
}

/** The solar array: eight registers, written by an ESP32 and read by an Arduino Opta. */
export const PV_METER: MeterLogOptions = {
  writer: 'ESP32',
  reader: 'OPTA',
  readerName: 'Opta',
  timeRegister: 6,
  fields: [
    { name: 'P_ac', register: 0, divide: 1, decimals: 1, unit: 'W' },
    { name: 'P_dc', register: 1, divide: 1, decimals: 1, unit: 'W' },
    { name: 'V_dc', register: 2, divide: 10, decimals: 2, unit: 'V' },
    { name: 'I_dc', register: 3, divide: 100, decimals: 2, unit: 'A' },
    { name: 'G', register: 4, divide: 1, decimals: 1, unit: 'W/m²' },
    { name: 'T_cell', register: 5, divide: 10, decimals: 1, unit: '°C', isSigned: true },
  ],
};

/** How a client came, where there are two ways. */
export type Via = 'TCP' | 'TLS';

/** Where the server listens, for the lines at the start. */
export interface MeterPlace {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  /** `WiFi (192.168.1.100)`, one for each network. */
  readonly interfaces: readonly string[];
}

const RULE = '='.repeat(80);

/** The first lines of the smart meter server. */
export function startLines({ host, port, unit, interfaces }: MeterPlace): string[] {
  return [
    RULE,
    'RPI#1 - Smart Meter / RTU Server Starting',
    RULE,
    'Architecture:',
    '  ESP32 → RPI#1: WiFi, Modbus TCP (writes data)',
    '  RPI#1 ← Opta: Ethernet, Modbus TCP (reads data)',
    '',
    'Configuration:',
    `  TCP Server: ${host}:${port}`,
    `  Unit ID: ${unit}`,
    `  Interfaces: ${interfaces.join(' + ')}`,
    RULE,
    'Statistics task created',
    `Starting Modbus TCP server on ${host}:${port}...`,
    'Waiting for:',
    '  - ESP32 to write data (WiFi interface)',
    '  - Opta to read data (Ethernet interface)',
  ];
}

/**
 * The log of the smart meter server, line for line as its manual shows it. Counts what it prints, so
 * one belongs to one server. The lines have no time in front: that is for whoever prints them.
 */
export class MeterLog {
  received = 0;
  served = 0;
  /** When the last block was written, microseconds since 1970. */
  lastUpdate: number | undefined;
  readonly #options: MeterLogOptions;

  constructor(options: MeterLogOptions = PV_METER) {
    this.#options = options;
  }

  /** For each update of the block, also of a part of it: the whole block is shown. */
  receivedLine({ image, at }: Pick<BlockUpdate, 'image' | 'at'>, via?: Via): string {
    const { writer, fields, timeRegister } = this.#options;
    this.received += 1;
    this.lastUpdate = at;
    const [high, low] = [image[timeRegister], image[timeRegister + 1]];
    const isTimed = high !== undefined && low !== undefined;
    const time = isTimed ? pythonIso((high * 0x1_0000 + low) * 1_000_000) : NO_VALUE;
    const values = fields.map((field) => fieldText(field, image[field.register])).join(' ');
    return `[RX FROM ${writer}${viaText(via)}] ${time} | ${values} | Total RX: ${this.received}`;
  }

  /** For each read of exactly the block; undefined for any other. */
  servedLine(
    read: { readonly table: string; readonly start: number; readonly count: number },
    block: { readonly start: number; readonly count: number } = { start: 0, count: 8 },
    via?: Via,
  ): string | undefined {
    const isBlock = read.start === block.start && read.count === block.count;
    if (read.table !== 'holding' || !isBlock) return undefined;
    this.served += 1;
    const last = block.start + block.count - 1;
    return `[TX TO ${this.#options.reader}${viaText(via)}] Served registers ${block.start}-${last} | Total served: ${this.served}`;
  }

  /** Every 60 s. */
  statisticsLine(): string {
    const { writer, readerName } = this.#options;
    return (
      `[STATISTICS] Received (from ${writer}): ${this.received} | ` +
      `Served (to ${readerName}): ${this.served} | Last Update: ${this.#lastUpdateText()}`
    );
  }

  /** The last lines, also when it is stopped by a signal. */
  shutdownLines(): string[] {
    const { writer, readerName } = this.#options;
    return [
      RULE,
      'Smart Meter Server Shutdown',
      RULE,
      'Final Statistics:',
      `  Total Received (from ${writer}): ${this.received}`,
      `  Total Served (to ${readerName}): ${this.served}`,
      `  Last Update: ${this.#lastUpdateText()}`,
      RULE,
    ];
  }

  #lastUpdateText(): string {
    return this.lastUpdate === undefined ? 'Never' : pythonIso(this.lastUpdate);
  }
}

function viaText(via: Via | undefined): string {
  return via === undefined ? '' : ` via ${via}`;
}

function fieldText({ name, divide, decimals, unit, isSigned }: MeterField, raw?: number): string {
  if (raw === undefined) return `${name}=${NO_VALUE}${unit}`;
  const signed = isSigned === true && raw >= 0x8000 ? raw - 0x1_0000 : raw;
  return `${name}=${(signed / divide).toFixed(decimals)}${unit}`;
}

/** As Python's `isoformat` writes UTC: no fraction when it is whole, else six digits. */
function pythonIso(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros - seconds * 1_000_000;
  const time = new Date(seconds * 1_000).toISOString().slice(0, 19);
  return `${time}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`;
}
