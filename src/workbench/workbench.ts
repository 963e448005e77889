import type { Clock } from '../base/clock.ts';
import { InvalidRequestError, OverloadError } from '../base/errors.ts';
import type { RegisterDoor } from '../gate/register-writes.ts';
import { isBitTable } from '../profile/format.ts';
import type { NamedText, NamePlan, NameProblem, NameWish } from '../profile/name-wish.ts';
import type { BenchAnswer, BenchLine, BenchQuestion } from './bench-line.ts';
import type { ScanJob, ScanStatus } from './scan-job.ts';

/** What people do at the workbench, for those who show it. */
export interface WorkbenchControl {
  /** Does it reach this line? Lines on which nobody is asked it does not. */
  reaches(line: string): boolean;
  /** Reads once. Rejects as BenchLine, and with InvalidRequestError. */
  read(line: string, question: BenchQuestion, signal?: AbortSignal): Promise<BenchAnswer>;
  /** Begins a scan; rejects with OverloadError while one runs on the line. */
  scan(line: string, question: BenchQuestion): Promise<ScanStatus>;
  /** The last one of each line. */
  scans(): readonly ScanStatus[];
  /** Ends a scan; what it has found stays. False: there is none of this id. */
  stopScan(id: string): boolean;
  readonly registers: RegisterDoor;
  /** Where a name for registers is written in these files. Nothing is changed. */
  planName(files: readonly NamedText[], wish: NameWish): Promise<NamePlan | NameProblem>;
}

/** What of the gateway it works with. */
export interface WorkbenchParts {
  readonly lineOf: (name: string) => BenchLine | undefined;
  readonly registers: RegisterDoor;
  readonly planName: WorkbenchControl['planName'];
  readonly clock: Clock;
}

/** In one request; Application Protocol V1.1b3, sections 6.1 to 6.4. */
const [MAX_REGISTERS, MAX_BITS] = [125, 2000];

/** Looks at registers of any line that polls, and scans them. */
export class Workbench implements WorkbenchControl {
  readonly registers: RegisterDoor;
  readonly planName: WorkbenchControl['planName'];
  readonly #lineOf: (name: string) => BenchLine | undefined;
  readonly #clock: Clock;
  /** By line; a line that is gone takes no new one. */
  readonly #scans = new Map<string, ScanJob>();
  #ids = 0;

  constructor({ lineOf, registers, planName, clock }: WorkbenchParts) {
    this.#lineOf = lineOf;
    this.registers = registers;
    this.planName = planName;
    this.#clock = clock;
  }

  reaches(line: string): boolean {
    return this.#lineOf(line) !== undefined;
  }

  async read(line: string, question: BenchQuestion, signal?: AbortSignal): Promise<BenchAnswer> {
    const most = isBitTable(question.table) ? MAX_BITS : MAX_REGISTERS;
    return this.#line(line, question, most).read(question, signal);
  }

  async scan(line: string, question: BenchQuestion): Promise<ScanStatus> {
    // What is not used takes no memory.
    const { MAX_SCAN, ScanJob } = await import('./scan-job.ts');
    const found = this.#line(line, question, MAX_SCAN);
    if (this.#scans.get(line)?.isRunning === true) {
      throw new OverloadError(`a scan of ${line} runs already`);
    }
    this.#forgetGone();
    this.#ids += 1;
    const job = new ScanJob(String(this.#ids), line, found, question, this.#clock);
    this.#scans.set(line, job);
    void job.run();
    return job.status();
  }

  scans(): readonly ScanStatus[] {
    return [...this.#scans.values()].map((job) => job.status());
  }

  stopScan(id: string): boolean {
    const job = [...this.#scans.values()].find((one) => one.status().id === id);
    job?.stop();
    return job !== undefined;
  }

  /** Ends every scan. */
  close(): void {
    for (const job of this.#scans.values()) job.stop();
  }

  #forgetGone(): void {
    for (const [name, job] of this.#scans) {
      if (!job.isRunning && !this.reaches(name)) this.#scans.delete(name);
    }
  }

  #line(name: string, { unit, start, count }: BenchQuestion, most: number): BenchLine {
    const line = this.#lineOf(name);
    if (line === undefined) throw new InvalidRequestError(`no line ${name} is asked`);
    if (!isWhole(unit, 0, 255)) throw wrong('unit', unit, '0 to 255');
    if (!isWhole(start, 0, 0xffff)) throw wrong('start', start, '0 to 65535');
    if (!isWhole(count, 1, most)) throw wrong('count', count, `1 to ${most}`);
    if (start + count > 0x1_0000) {
      throw new InvalidRequestError(`${start} and ${count} more end behind address 65535`);
    }
    return line;
  }
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function wrong(name: string, value: number, expected: string): InvalidRequestError {
  return new InvalidRequestError(`${name} is ${value}, expected ${expected}`);
}
