import type { Value } from '../profile/point.ts';
import { seededRandom } from './random.ts';
import { wave, type Model, type ModelSetting } from './model.ts';

/** A program of some hours passes in minutes. */
const HOURS_PER_MS = 40 / 3_600_000;
const STEP_MS = 500;
const SLOTS = 7;

/** One step of a dyeing program: what the machine says it does, how long, and where it leads. */
interface ProgramStep {
  /** As the profile names it. */
  readonly process: string;
  readonly seconds: number;
  /** °C at its end. */
  readonly to: number;
  readonly level: number;
}

const PROGRAM: readonly ProgramStep[] = [
  { process: 'heating', seconds: 30, to: 60, level: 78 },
  { process: 'keeping', seconds: 20, to: 60, level: 78 },
  { process: 'heating', seconds: 45, to: 98, level: 80 },
  { process: 'keeping', seconds: 40, to: 98, level: 80 },
  { process: 'sampling', seconds: 15, to: 96, level: 80 },
  { process: 'cooling', seconds: 45, to: 60, level: 79 },
  { process: 'rinsing', seconds: 35, to: 38, level: 85 },
  { process: 'time', seconds: 15, to: 36, level: 60 },
  { process: 'call', seconds: 15, to: 35, level: 40 },
  { process: 'finish', seconds: 20, to: 33, level: 5 },
];
const OFF_SECONDS = 30;
const COLD = 30;

/** Hours since each of these was seen to. */
const SERVICES = [
  ...['lit_mpump_hr', 'bear_mpump_hr', 'seal_mpump_hr', 'oil_mpump_hr', 'lit_dreelr_hr'],
  ...['bear_dreelr_hr', 'seal_dreelr_hr', 'lit_dreell_hr', 'bear_dreell_hr', 'seal_dreell_hr'],
  ...['cal_temp1_hr', 'cal_temp2_hr'],
];

/**
 * A dyeing machine: it works a program off, stands still with a reason, and takes the next batch from
 * the first slot that a client has filled, or from its own list. After some batches something is
 * serviced, and the hours of that begin again.
 */
export function dyeingModel({ points, variant }: ModelSetting): Model {
  const known = new Set(points.map(({ name }) => name));
  const machine = new Machine(variant);
  return {
    values(elapsedMs, wallMicros) {
      machine.run(elapsedMs);
      return new Map(
        [...machine.values(elapsedMs, wallMicros)].filter(([name]) => known.has(name)),
      );
    },
    written(name, value) {
      machine.take(name, value);
    },
  };
}

class Machine {
  readonly #random: () => number;
  readonly #slots = Array.from({ length: SLOTS }, () => ({ text: '', isSent: false }));
  readonly #hours = new Map<string, number>();
  #simulatedMs = 0;
  /** Where in the program it is; its end means that the machine is off. */
  #step = 0;
  #stepMs = 0;
  #from = COLD;
  #temperature = COLD;
  #turns = { left: 0, right: 0 };
  #batches = 0;
  #batch: string;
  #kind = 0;
  #reason = 0;
  #service = { id: 0, by: 0 };

  constructor(variant: number) {
    this.#random = seededRandom(variant);
    this.#batches = variant * 100;
    this.#batch = this.#ownBatch();
    SERVICES.forEach((name) => this.#hours.set(name, 100 + Math.floor(2000 * this.#random())));
    // Several machines do not march in step.
    for (let skip = ((variant - 1) % 5) * 63_000; skip > 0; skip -= STEP_MS) this.#advance();
  }

  run(elapsedMs: number): void {
    // A computer that slept has no ten hours of steps to make up for.
    this.#simulatedMs = Math.max(this.#simulatedMs, elapsedMs - 600_000);
    for (; this.#simulatedMs + STEP_MS <= elapsedMs; this.#simulatedMs += STEP_MS) this.#advance();
  }

  take(name: string, value: Value): void {
    const [, what, number] = /^(batch|status)(\d)$/.exec(name) ?? [];
    const slot = this.#slots[Number(number) - 1];
    if (slot === undefined) return;
    if (what === 'batch') slot.text = String(value);
    else slot.isSent = Number(value) > 0;
  }

  values(elapsedMs: number, wallMicros: number): ReadonlyMap<string, Value> {
    return new Map<string, Value>([
      ...this.#programValues(elapsedMs),
      ...this.#orderValues(wallMicros),
      ...[...this.#hours].map(([name, hours]): [string, Value] => [name, Math.floor(hours)]),
      ...this.#slots.flatMap(({ text, isSent }, index): [string, Value][] => [
        [`batch${index + 1}`, text],
        [`status${index + 1}`, isSent ? 1 : 0],
      ]),
    ]);
  }

  #programValues(elapsedMs: number): readonly (readonly [string, Value])[] {
    const step = PROGRAM[this.#step];
    if (step === undefined) {
      return [
        ...([
          ['machine_on', 0],
          ['process', 'finish'],
          ['step', 0],
          ['pattern', 0],
        ] as const),
        ...([
          ['level', 0],
          ['ph', 7],
          ['temp1', this.#temperature],
          ['temp2', COLD],
        ] as const),
        ...this.#turnValues(),
      ];
    }
    return [
      ['machine_on', 1],
      ['process', step.process],
      ['step', this.#step + 1],
      ['pattern', 1 + (this.#batches % 20)],
      ['level', Math.round(step.level + wave(elapsedMs, 13_000))],
      ['ph', step.process === 'rinsing' ? 7.1 : 4.8 + 0.1 * wave(elapsedMs, 31_000)],
      ['temp1', this.#temperature],
      ['temp2', this.#temperature - 1.2 + 0.3 * wave(elapsedMs, 9_000)],
      ...this.#turnValues(),
    ];
  }

  #turnValues(): readonly (readonly [string, Value])[] {
    return [
      ['seam_left', this.#turns.left],
      ['seam_right', this.#turns.right],
    ];
  }

  #orderValues(wallMicros: number): readonly (readonly [string, Value])[] {
    return [
      ['batch', this.#batch],
      ['shift', shiftAt(new Date(wallMicros / 1000).getHours())],
      ['celup', this.#kind],
      ['nik_op', 1200 + (this.#batches % 34)],
      ['ket_mesin_off', this.#reason],
      ['nik_maintanance', this.#service.by],
      ['id_reset', this.#service.id],
      ['stat_reset', this.#service.id === 0 ? 0 : 1],
    ];
  }

  #advance(): void {
    const step = PROGRAM[this.#step];
    this.#stepMs += STEP_MS;
    if (step === undefined) {
      this.#temperature += (COLD - this.#temperature) * 0.02;
      if (this.#stepMs >= OFF_SECONDS * 1000) this.#switchOn();
      return;
    }
    const share = this.#stepMs / (step.seconds * 1000);
    this.#temperature = this.#from + (step.to - this.#from) * Math.min(1, share);
    for (const [name, hours] of this.#hours) {
      this.#hours.set(name, (hours + STEP_MS * HOURS_PER_MS) % 65_536);
    }
    // The rope goes round in about four seconds, the two reels not quite alike.
    if (this.#stepMs % 4_000 === 0) this.#turns.left = (this.#turns.left + 1) % 65_536;
    if (this.#stepMs % 4_500 === 0) this.#turns.right = (this.#turns.right + 1) % 65_536;
    if (share < 1) return;
    this.#from = this.#temperature;
    this.#stepMs = 0;
    this.#step += 1;
    if (this.#step === PROGRAM.length) this.#switchOff();
  }

  #switchOff(): void {
    this.#reason = 1 + Math.floor(6 * this.#random());
    // The first reason is trouble, and trouble is seen to.
    if (this.#reason !== 1) return;
    const index = Math.floor(SERVICES.length * this.#random());
    this.#hours.set(SERVICES[index] ?? '', 0);
    this.#service = { id: index + 1, by: 4700 + index };
  }

  #switchOn(): void {
    this.#batches += 1;
    this.#step = 0;
    this.#stepMs = 0;
    this.#from = this.#temperature;
    this.#turns = { left: 0, right: 0 };
    this.#reason = 0;
    this.#kind = Math.floor(10 * this.#random());
    const waiting = this.#slots.find(({ text, isSent }) => isSent && text !== '');
    this.#batch = waiting?.text ?? this.#ownBatch();
    if (waiting !== undefined) waiting.isSent = false;
  }

  #ownBatch(): string {
    return `TTI-${String(2600 + this.#batches).padStart(6, '0')}`;
  }
}

/** A from 6, B from 14, C from 22 o'clock. */
function shiftAt(hour: number): number {
  return Math.floor(((hour + 18) % 24) / 8);
}
