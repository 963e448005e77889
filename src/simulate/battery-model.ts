import { localIso } from '../base/time-format.ts';
import type { Value } from '../profile/point.ts';
import { blockNumber, wave, type Model, type ModelSetting } from './model.ts';

/** Millivolts at rest, one after the other; the 15th is low and the 32nd is weak. */
const REST_MV = [
  ...[13_141, 13_128, 13_126, 13_151, 13_134, 13_129, 13_132, 13_128, 13_096, 13_107],
  ...[13_110, 13_118, 13_112, 13_122, 12_894, 13_092, 13_137, 13_106, 13_111, 13_103],
  ...[13_121, 13_125, 13_121, 13_116, 13_109, 13_026, 13_067, 13_111, 13_089, 13_120],
  ...[13_118, 12_460, 13_104, 13_126, 13_129, 13_119, 13_128, 13_130],
];
/** °C beside each other, in the same order; the 26th is hot. */
const REST_CELSIUS = [
  ...[32, 32, 34, 30, 32, 32, 34, 31, 33, 33, 34, 31, 34, 35, 34, 31, 33, 34, 33],
  ...[33, 33, 32, 34, 33, 34, 47, 35, 35, 33, 32, 33, 33, 32, 35, 33, 33, 33, 31],
];
const WEAK_BLOCK = 32;
const LOW_BLOCK = 15;

const CAPACITY_AH = 40;
/** Amperes while it feeds and while it is fed; negative is out of the battery. */
const DISCHARGE_A = -120;
const CHARGE_A = 45;
const FULL_PERCENT = 88;
const EMPTY_PERCENT = 62;
const REST_SECONDS = 25;
/** Millivolts that a sound block gives way per ampere, of which a weak one shows three times as much. */
const MV_PER_AMPERE = 0.35;
const STEP_MS = 1_000;

type State = 'standby' | 'charge' | 'discharge';

/**
 * A string of nickel-zinc monoblocks that carries a load, is charged and rests in turn. The blocks add
 * up to the system's voltage, the charge follows the current, and the clock is that of the host.
 */
export function batteryModel({ points }: ModelSetting): Model {
  const blocks = points.filter(({ name }) => /^monoblock_\d+_voltage$/.test(name)).length;
  const numbers = Array.from({ length: Math.min(blocks, REST_MV.length) }, (_, index) => index + 1);
  const inside = {
    state: 'discharge' as State,
    soc: 83,
    sinceMs: 0,
    drawnAh: 4578.2,
    drawnKwh: 61.6,
  };
  let simulatedMs = 0;

  function step(): void {
    const ampereHours = (CURRENT[inside.state] * STEP_MS) / 3_600_000;
    inside.soc += (100 * ampereHours) / CAPACITY_AH;
    inside.drawnAh += Math.max(0, -ampereHours);
    inside.drawnKwh += Math.max(0, -ampereHours) * 0.497;
    const next = nextState(inside.state, inside.soc, (simulatedMs - inside.sinceMs) / 1000);
    if (next !== inside.state) inside.sinceMs = simulatedMs;
    inside.state = next;
  }

  return {
    values(elapsedMs, wallMicros) {
      // A computer that slept has no ten hours of steps to make up for.
      simulatedMs = Math.max(simulatedMs, elapsedMs - 60_000);
      for (; simulatedMs + STEP_MS <= elapsedMs; simulatedMs += STEP_MS) step();
      const { state, soc } = inside;
      const current = Math.round(10 * CURRENT[state] * (1 + 0.03 * wave(elapsedMs, 7_000))) / 10;
      const millivolts = numbers.map((number) => blockMillivolts(number, current, elapsedMs));
      const volts = Math.round(millivolts.reduce((sum, one) => sum + one, 0) / 100) / 10;
      const load = Math.abs(current / DISCHARGE_A);
      return new Map<string, Value>([
        ['system_voltage', volts],
        ['inverter_voltage', state === 'discharge' ? volts - 1.2 : 0],
        ['power_supply_voltage', 24.4],
        ['number_of_monoblocks', numbers.length],
        ...numbers.flatMap((number, index): [string, Value][] => [
          [`monoblock_${blockNumber(number)}_voltage`, (millivolts[index] ?? 0) / 1000],
          [`monoblock_${blockNumber(number)}_temperature`, blockCelsius(number, elapsedMs)],
        ]),
        ['system_temperature', 34],
        ['diode_temperature', Math.round(26 + 8 * load)],
        ['contactor_temperature', Math.round(32 + 4 * load)],
        ['m800_temperature', 34],
        ['r3000_temperature', Math.round(63 + 2 * wave(elapsedMs, 90_000))],
        ['soc', Math.round(soc)],
        ['soh', 97],
        ['system_state', state],
        ['cumulative_discharge', inside.drawnAh],
        ['absolute_discharge', ((100 - soc) * CAPACITY_AH) / 100],
        ['instant_power', (volts * current) / 1000],
        ['cumulative_energy', inside.drawnKwh],
        ['firmware_version', 32],
        ['firmware_release', 61],
        ['clock', localIso(wallMicros).slice(0, 19)],
        ['system_current', current],
        ['hall_current', state === 'standby' ? 0 : current + 0.3],
        ['shunt_current', state === 'standby' ? 0 : current - 0.1],
        ['system_status', true],
        ['circuit_breaker', false],
        ['circuit_breaker_control', true],
        ['contactor_control', state !== 'standby'],
      ]);
    },
  };
}

const CURRENT: Readonly<Record<State, number>> = {
  standby: 0,
  charge: CHARGE_A,
  discharge: DISCHARGE_A,
};

function nextState(state: State, soc: number, seconds: number): State {
  if (state === 'discharge') return soc <= EMPTY_PERCENT ? 'charge' : 'discharge';
  if (state === 'charge') return soc >= FULL_PERCENT ? 'standby' : 'charge';
  return seconds >= REST_SECONDS ? 'discharge' : 'standby';
}

/** Whole millivolts, as the register holds them. */
function blockMillivolts(number: number, current: number, elapsedMs: number): number {
  const weakness = number === WEAK_BLOCK || number === LOW_BLOCK ? 3 : 1;
  const noise = 3 * wave(elapsedMs, 11_000 + 530 * number);
  return Math.round((REST_MV[number - 1] ?? 0) + current * MV_PER_AMPERE * weakness + noise);
}

function blockCelsius(number: number, elapsedMs: number): number {
  return Math.round(
    (REST_CELSIUS[number - 1] ?? 0) + 0.6 * wave(elapsedMs, 120_000 + 7_000 * number),
  );
}
