import type { Writable } from 'node:stream';
import type { Cancel, Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { localIso } from '../base/time-format.ts';
import type { MapRange } from '../concentrator/map-entry.ts';
import { MeterLog, startLines, type Via } from '../concentrator/meter-log.ts';
import type { UnitEvents } from '../concentrator/served-unit.ts';
import type { MeterLogConfig, ModbusServerConfig } from '../config/server-config.ts';

/** How often totals are printed, in milliseconds. */
const STATISTICS_MS = 60_000;

/** What a reader of ours that has fallen asleep may keep of our memory, in bytes. */
const MAX_UNREAD = 1024 * 1024;

export interface MeterPrinterHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stdout: Writable;
}

/** Prints the log of the smart meter server: what clients wrote and read, as it happens. */
export class MeterPrinter {
  /** How a client came, where there are two ways; set once both are open. */
  viaOf: ((peer: string) => Via) | undefined;
  readonly #config: MeterLogConfig;
  readonly #host: MeterPrinterHost;
  readonly #log = new MeterLog();
  #cancelBeat: Cancel = () => undefined;
  #unprinted = 0;

  constructor(config: MeterLogConfig, host: MeterPrinterHost) {
    this.#config = config;
    this.#host = host;
  }

  /** What it wants to hear of a server. */
  events({ units }: Pick<ModbusServerConfig, 'units'>): UnitEvents {
    const block = blockOf(units);
    return {
      onBlock: (update) => {
        this.#print(this.#log.receivedLine(update, this.viaOf?.(update.peer)));
      },
      onServed: (read) => {
        const line = this.#log.servedLine(read, block, this.viaOf?.(read.peer));
        if (line !== undefined) this.#print(line);
      },
    };
  }

  /** The server answers at this address. */
  start(
    { host, port }: { readonly host: string; readonly port: number },
    { units }: Pick<ModbusServerConfig, 'units'>,
  ): void {
    const unit = units.find(({ written }) => written.length > 0)?.unit ?? 'any';
    const { interfaces } = this.#config;
    // Where every unit id is answered, 1 is what clients are told to use.
    const place = { host, port, unit: unit === 'any' ? 1 : unit, interfaces };
    for (const line of startLines(place)) this.#print(line);
    this.#beat();
  }

  stop(): void {
    this.#cancelBeat();
    for (const line of this.#log.shutdownLines()) this.#print(line);
    if (this.#unprinted === 0) return;
    this.#host.logger.warn('lines of the meter log were left out: nobody read stdout', {
      lines: this.#unprinted,
    });
  }

  #beat(): void {
    const { clock } = this.#host;
    this.#cancelBeat = clock.alarm(clock.now() + STATISTICS_MS, () => {
      this.#print(this.#log.statisticsLine());
      this.#beat();
    });
  }

  #print(line: string): void {
    const { stdout, clock } = this.#host;
    if (stdout.writableLength > MAX_UNREAD) {
      this.#unprinted += 1;
      return;
    }
    const time = this.#config.times ? `${pythonTime(clock.wallMicros())} - INFO - ` : '';
    stdout.write(`${time}${line}\n`);
  }
}

/** As Python's logging writes the time with `%Y-%m-%d %H:%M:%S`: local, to the second. */
function pythonTime(micros: number): string {
  return localIso(micros).slice(0, 19).replace('T', ' ');
}

/** The registers of the device whose reads are printed: the first that clients write. */
function blockOf(units: ModbusServerConfig['units']): Pick<MapRange, 'start' | 'count'> {
  const [block] = units.flatMap(({ written }) => written);
  const registers = (block?.points ?? [])
    .map(({ register }) => register)
    .filter(({ table }) => table === 'holding');
  const start = Math.min(...registers.map(({ address }) => address));
  const end = Math.max(...registers.map(({ address, count }) => address + count));
  return { start, count: end - start };
}
